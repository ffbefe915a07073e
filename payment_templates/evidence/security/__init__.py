"""Encryption, and where secrets can be read."""
