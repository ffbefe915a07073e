"""Checks encryption keys, and finds secrets in plain text."""
