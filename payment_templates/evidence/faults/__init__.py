"""Decides what each single fault takes down, and what is left."""
