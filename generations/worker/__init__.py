"""The only code that talks to Kie: pass after pass over the rows that are due."""
