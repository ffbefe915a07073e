"""What can fail, what each failure takes down, and what keeps the rest working."""
