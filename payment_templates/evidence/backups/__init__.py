"""Reads plans, vaults and roles of AWS Backup, and decides what they back up and how often."""
