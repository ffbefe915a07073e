"""Deploys stacks to many regions and accounts through StackSets."""
