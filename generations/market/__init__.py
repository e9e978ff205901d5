"""Kie's own catalogue in our rows: what it says, what changed, what stands, and what can be ordered of it."""
