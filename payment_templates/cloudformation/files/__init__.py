"""Reads templates in JSON and YAML."""
