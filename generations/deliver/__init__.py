"""Boards as files for others: a ZIP with readable names and a list, and cuts for editing programs."""
