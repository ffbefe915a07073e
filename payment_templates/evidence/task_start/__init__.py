"""Decides whether tasks can start: image, secrets, logs, permissions, capacity and network."""
