"""The only place that speaks with Kie: one pass after another over the rows that are due."""
