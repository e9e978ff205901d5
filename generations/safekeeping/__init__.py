"""What outlives the database: the journal of paid steps, backups of everything, and recovery from them."""
