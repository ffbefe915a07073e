"""Decides whether IAM, resource and key policies allow a request."""
