"""What goes wrong on demand: fault programs, and the ways in which they are played."""
