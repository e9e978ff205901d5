"""What was held, charged and given back; what the balance says; and the reports on both."""
