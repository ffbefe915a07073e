"""Examines creation, updates and deletion: duration, names, replacement, refusals by AWS."""
