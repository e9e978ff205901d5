"""Bytes: fetched, looked into, kept and shown."""
