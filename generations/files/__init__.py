"""Media files: fetched, examined, stored and shown."""
