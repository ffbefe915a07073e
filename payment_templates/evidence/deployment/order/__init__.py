"""Decides in which order CloudFormation must create resources; it deletes them in reverse."""
