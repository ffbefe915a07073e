"""Starts operations on a stack set and follows them."""
