"""python -m payment_templates: the commands of the package."""

from payment_templates.cli import main

main()
