"""Moves the writer of a global database to another region."""
