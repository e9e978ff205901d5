"""Finding what was made: search, and how long things take."""
