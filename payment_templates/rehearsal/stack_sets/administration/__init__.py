"""Manages the stack sets of an account, and starts operations on them."""
