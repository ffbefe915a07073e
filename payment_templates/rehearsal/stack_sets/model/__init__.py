"""What StackSets consist of: stack sets, operations, preferences and stacks."""
