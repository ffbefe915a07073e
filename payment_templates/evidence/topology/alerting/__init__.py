"""Alarms and event rules, and the topics that notify subscribers."""
