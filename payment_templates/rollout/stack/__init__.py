"""Deploys one stack in one region through a change set."""
