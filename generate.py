"""Write output/TapStack.json: the whole payment stack as one CloudFormation template."""

# ruff: noqa: E402 - the collection and Ctrl-C come before the imports that take time.

from __future__ import annotations

import gc
import os
import sys

# The program runs a tenth of a second and keeps every object: collection would only cost time.
gc.disable()

try:
    from payment_templates.commands.output.interruption import end_on_interruption

    end_on_interruption()
except KeyboardInterrupt:
    # The same, while that module is loading.
    sys.stderr.write("error: interrupted\n")
    os._exit(130)

import argparse
import signal
from pathlib import Path
from typing import NoReturn

from payment_templates.commands.output.error_messages import print_error
from payment_templates.commands.output.full_disk import end_on_full_disk
from payment_templates.exit_codes import ExitCode
from payment_templates.profiles import PROFILES

try:
    from payment_templates.commands.generate import generate
except ModuleNotFoundError as missing:
    print_error(
        f"the package {missing.name} is not installed",
        "run `make template`, or `pip install .` and then `payment-stack generate`",
    )
    sys.exit(ExitCode.WRONG_USE)

OUTPUT = Path(__file__).parent / "output"


class _Parser(argparse.ArgumentParser):
    """A parser that prints usage errors in the form of every other error."""

    def error(self, message: str) -> NoReturn:
        """Print the error and exit with 2."""
        print_error(message, f"run `{self.prog} --help` for usage")
        sys.exit(ExitCode.WRONG_USE)


class _Once(argparse.Action):
    """Refuses an option that is given twice: argparse would take the last one."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is given twice")
        setattr(namespace, self.dest, values)


def _file(text: str) -> Path:
    # The path of an empty text is the current folder.
    if not text:
        raise argparse.ArgumentTypeError("'' is not the name of a file")
    return Path(text)


def main(arguments: list[str] | None = None) -> int:
    """Write or check the template: 0 done, 1 out of date, 2 wrong use."""
    parser = _Parser(prog="generate.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--profile",
        action=_Once,
        metavar=f"{{{','.join(PROFILES)}}}",
        help="profile to build (default: standard)",
    )
    parser.add_argument(
        "--options",
        type=_file,
        action=_Once,
        metavar="FILE",
        dest="options_file",
        help="TOML file with the profile to start from and the options that differ",
    )
    parser.add_argument(
        "--output",
        type=_file,
        action=_Once,
        metavar="FILE",
        help="file to write (default: output/TapStack.json for the standard profile, otherwise "
        "output/TapStack.NAME.json with the name of the profile or of the options file)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; show a diff and exit 1 when the file is out of date",
    )
    return generate(OUTPUT, **vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    with end_on_full_disk():
        exit_code = main()
    # The file is written: Ctrl-C no longer changes the exit code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Skips the collection that the interpreter runs on exit.
    gc.freeze()
    sys.exit(exit_code)
