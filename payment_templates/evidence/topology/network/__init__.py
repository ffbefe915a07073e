"""Subnets, routes, endpoints and security groups: who can connect to whom."""
