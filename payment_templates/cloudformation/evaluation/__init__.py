"""Evaluates a template for one region and one set of parameter values, as far as possible."""
