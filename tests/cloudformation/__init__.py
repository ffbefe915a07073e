"""Tests the template reader."""
