"""Defines the options of the commands that read template files and need no AWS account."""

from dataclasses import asdict
from pathlib import Path

import click

from payment_templates.commands.inputs.options import (
    DEFAULT_TEMPLATE,
    Command,
    FiniteRange,
    Option,
)
from payment_templates.commands.inputs.plain_option import PlainOption
from payment_templates.report.cost.usage import ASSUMPTIONS, LARGEST, MOST, Usage

# What a template file is, and which one is read if none is given.
TEMPLATE = f"A file in JSON or YAML.  [default: {DEFAULT_TEMPLATE}]"
TEMPLATE_OF_PROFILE = (
    f"A file in JSON or YAML.  [default: {DEFAULT_TEMPLATE}; with --profile or --options "
    "output/TapStack.NAME.json, with the name of the profile or of the options file]"
)
region = click.option(
    "--region",
    default="us-east-1",
    show_default=True,
    metavar="REGION",
    help="Primary region of the stack.",
)
parameters = click.option(
    "--parameter",
    "pairs",
    multiple=True,
    metavar="KEY=VALUE",
    help="A parameter value; repeat for more.",
)
profile = click.option(
    "--profile",
    metavar="PROFILE",
    help="Profile whose promises apply: standard, production, or any for other templates.  "
    "[default: the one of a generated template, else any]",
)
json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
options_file = click.option(
    "--options",
    "options_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The options file that the template was generated from.",
)
_regions = click.option(
    "--region",
    "regions",
    cls=PlainOption,
    multiple=True,
    metavar="REGION",
    help="A region to show; repeat for more. The first is the primary region.",
    show_default="us-east-1, us-west-2",
)


def templates(*names: str, text: str, count: int = 1, metavar: str | None = None) -> Option:
    """Return the arguments with the paths of templates; `count` is -1 for any number."""

    def add(command: Command) -> Command:
        for name in reversed(names):
            kind = click.Path(path_type=Path, dir_okay=False)
            given = click.argument(
                name, type=kind, nargs=count, metavar=metavar, required=False, help=text
            )
            command = given(command)
        return command

    return add


def examined(command: Command) -> Command:
    """Add what an examination takes: a template in one region, and the promises that apply."""
    argument = templates("template", text=TEMPLATE_OF_PROFILE)
    return argument(region(parameters(profile(options_file(command)))))


def shown(command: Command) -> Command:
    """Add what a picture or a bill takes: a template in all its regions."""
    return templates("template", text=TEMPLATE)(_regions(parameters(command)))


def load(command: Command) -> Command:
    """Add what a template cannot say about the load: an option for each assumption of a bill."""
    # click shows the option that is added last first.
    for name, default in reversed(asdict(Usage()).items()):
        add = click.option(
            f"--{name.replace('_', '-')}",
            name,
            cls=PlainOption,
            type=FiniteRange(min=0, max=MOST.get(name, LARGEST)),
            default=default,
            show_default=True,
            metavar="NUMBER",
            help=f"Assumption: {ASSUMPTIONS[name]}.",
        )
        command = add(command)
    return command
