"""Rejects what AWS rejects and ministack accepts: one rule, one file."""
