"""What was held, charged and released; what the balance says; and the reports on both."""
