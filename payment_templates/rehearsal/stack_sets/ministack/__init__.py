"""Runs the stacks of StackSets in ministack, within the server."""
