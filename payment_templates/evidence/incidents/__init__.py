"""Decides what one fault, or two at once, do to a stack, and who is alerted."""
