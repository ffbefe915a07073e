"""Runs operations: their queue, their order, and what each does in one target."""
