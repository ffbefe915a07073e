"""Determines what a deletion deletes, retains and leaves behind."""
