"""Runs the commands: reads their inputs, prints the results and sets the exit code."""
