"""Decides whether requests, queries and health checks reach the tasks and the database."""
