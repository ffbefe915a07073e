"""Deploys the template to AWS: checks, changes, watches and deletes stacks and stack sets."""
