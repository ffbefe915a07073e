"""Calculates the monthly bill of a template, by region, tier and line, from AWS's list prices."""
