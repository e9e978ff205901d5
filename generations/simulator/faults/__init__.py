"""Faults on demand: fault programs, and how they are played."""
