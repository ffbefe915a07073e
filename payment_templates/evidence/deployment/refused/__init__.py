"""Finds settings that a service documents as refused, by service."""
