"""Checks what an update changes in a running stack."""
