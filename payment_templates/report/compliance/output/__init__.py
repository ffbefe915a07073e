"""Writes an assessment for people, spreadsheets and compliance tools."""
