"""Decides which alerts report a failure, whether they are delivered, and how fast."""
