"""Decides which way packets take: out of a subnet, and between two tiers of the network."""
