"""Runs the command line: python -m payment_templates."""

from payment_templates.cli import main

main()
