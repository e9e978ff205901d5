"""Codes and facts as sentences, for pages and the command line alike."""
