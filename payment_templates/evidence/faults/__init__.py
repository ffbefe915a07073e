"""Decides what each single fault takes down, and whether requests and tasks still work."""
