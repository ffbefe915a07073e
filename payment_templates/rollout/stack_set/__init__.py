"""Many regions and accounts, through StackSets."""
