"""The tests of the stack, the tree of the package over again."""
