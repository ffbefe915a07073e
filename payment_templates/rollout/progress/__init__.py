"""Reads the events of a running operation and forecasts the remaining time."""
