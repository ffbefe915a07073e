"""The two roles of self-managed StackSets."""
