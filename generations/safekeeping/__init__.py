"""What outlives the database: the journal of paid steps, copies of everything, and bringing them back."""
