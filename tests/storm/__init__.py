"""Proof by fault: real processes that are killed at random, and one judge who knows the truth."""
