"""Acts of people that leave a row in the audit."""
