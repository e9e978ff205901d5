"""Kie’s own catalogue: read, kept, compared, adopted."""
