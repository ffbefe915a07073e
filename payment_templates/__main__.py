"""Runs the command line: python -m payment_templates."""

import sys

from payment_templates.commands.output.error_messages import print_error

try:
    from payment_templates.cli import main
except ModuleNotFoundError as missing:
    print_error(
        f"the package {missing.name} is not installed",
        "run `pip install .`, or a make target, which installs what it needs",
    )
    sys.exit(2)

main()
