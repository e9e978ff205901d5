"""What was made, to be found again: search, and how long things take."""
