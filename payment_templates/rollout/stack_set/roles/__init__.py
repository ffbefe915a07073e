"""Creates the two roles of self-managed StackSets."""
