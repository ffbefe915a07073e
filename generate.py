"""Write output/TapStack.json: the whole payment stack as one CloudFormation template."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

# A tenth of a second of work, all of whose objects live to the end: there is nothing to collect.
gc.disable()

from payment_templates.commands.generate import generate  # noqa: E402 - most of the work.
from payment_templates.options import PROFILES  # noqa: E402 - as above.

OUTPUT = Path(__file__).parent / "output"


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments and write or check the template: 0 done, 1 out of date, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="generate.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("--profile", choices=PROFILES, help="what to build (default: standard)")
    parser.add_argument(
        "--options",
        type=Path,
        metavar="FILE",
        dest="options_file",
        help="TOML: the profile to start from, and the options that differ",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="file to write (default: output/TapStack.json for the standard profile, otherwise "
        "output/TapStack.NAME.json with the name of the profile or of the options file)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit with 1 and show a diff when the file is out of date",
    )
    return generate(OUTPUT, **vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    exit_code = main()
    # The interpreter need not look through all objects once more on exit either.
    gc.freeze()
    sys.exit(exit_code)
