"""Reads the events of a running operation and forecasts the time left."""
