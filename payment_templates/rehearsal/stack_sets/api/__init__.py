"""The StackSets API: its actions, and what their responses contain."""
