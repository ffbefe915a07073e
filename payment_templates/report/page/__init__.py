"""Writes the report: one HTML page with everything that the other parts found about a template."""
