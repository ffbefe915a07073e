"""Compares two templates, and draws a stack as a picture."""
