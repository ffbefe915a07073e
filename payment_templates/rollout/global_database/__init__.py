"""Reads the global database of a pair of stacks: members, roles, health and replication lag."""
