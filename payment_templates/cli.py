"""The commands: one thin function for each, which says what it takes.

Only the command that runs loads what it needs, so that each starts at once.
"""

# ruff: noqa: ANN401, PLC0415 - click calls by the options' names; see above.

import sys
from pathlib import Path
from typing import Any

import click

from payment_templates.commands import options
from payment_templates.commands.common_options import take_surroundings
from payment_templates.commands.extras import ExtrasGroup
from payment_templates.commands.json_documents import describe_answer
from payment_templates.commands.usage_errors import TellingCommand


@click.group(
    cls=ExtrasGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def main() -> None:
    """Generate, prove, rehearse, deploy and delete the payment stack.

    Exit codes: 0 done; 1 failed on AWS, broken, drifted, left behind, or not confirmed; 2 wrong
    usage; 3 refused before it started; 130 interrupted. --json always prints one document:
    exit_code, error, messages, and the keys that each command lists below, null where they do not
    apply.
    """


@main.command()
@click.option("--profile", help="What to build: standard or production.  [default: standard]")
@click.option(
    "--options",
    "options_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML: the profile to start from, and the options that differ.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write.  [default: output/TapStack.json, or output/TapStack.NAME.json]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when it is out of date.")
def generate(**given: Any) -> None:
    """Write the template, or check that it is current."""
    from payment_templates.commands.generate import generate as write_template

    sys.exit(write_template(Path("output"), **given))


@main.command(cls=TellingCommand, epilog=describe_answer("preflight"))
@options.suffix
@options.inputs
@options.stack_name
@options.stack_set_name
@options.regions
@options.with_roles
@options.surroundings
def preflight(**given: Any) -> None:
    """Check the account for problems without changing anything; exit 3 when there are some."""
    from payment_templates.commands.preflight import show_preflight

    show_preflight(take_surroundings(given), **given)


@main.command(cls=TellingCommand, epilog=describe_answer("deploy"))
@options.suffix
@options.inputs
@options.bucket
@options.stack_name
@options.one_region
@options.tags
@options.allow_replacement
@options.ways_out
@options.skip_preflight
@options.yes
@options.surroundings
def deploy(**given: Any) -> None:
    """Create or update one stack in one region."""
    from payment_templates.commands.deploy import deploy_stack

    deploy_stack(take_surroundings(given), **given)


@main.command(cls=TellingCommand, epilog=describe_answer("rollout"))
@options.suffix
@options.inputs
@options.override
@options.bucket
@options.stack_name
@options.stack_set_name
@options.regions
@options.targets
@options.call_as
@options.allow_replacement
@options.unseen
@options.import_stacks
@options.create_roles
@options.speed
@options.skip_preflight
@options.yes
@options.surroundings
def rollout(**given: Any) -> None:
    """Deploy the stack to several regions through a stack set."""
    from payment_templates.commands.rollout import roll_out_stacks

    roll_out_stacks(take_surroundings(given), **given)


@main.command(cls=TellingCommand, epilog=describe_answer("status"))
@options.suffix
@options.stack_name
@options.stack_set_name
@options.regions
@options.surroundings
def status(**given: Any) -> None:
    """Show the stacks and the stack set of a suffix, and running operations."""
    from payment_templates.commands.status import show_status

    show_status(take_surroundings(given), **given)


@main.command(cls=TellingCommand, epilog=describe_answer("drift"))
@options.suffix
@options.stack_name
@options.stack_set_name
@options.regions
@options.surroundings
def drift(**given: Any) -> None:
    """Show where AWS differs from the template; exit 1 when it does."""
    from payment_templates.commands.drift import show_drift

    show_drift(take_surroundings(given), **given)


@main.command(cls=TellingCommand, epilog=describe_answer("destroy"))
@options.suffix
@options.confirm
@options.stack_name
@options.stack_set_name
@options.regions
@options.delete_roles
@options.surroundings
def destroy(**given: Any) -> None:
    """Delete everything of a suffix, and look for what is left behind; exit 1 when something is.

    What the template's own policies retain is listed, and is no failure.
    """
    from payment_templates.commands.destroy import destroy_stacks

    destroy_stacks(take_surroundings(given), **given)


@main.command()
@click.argument("template", type=click.Path(path_type=Path), required=False)
@click.option("--region", default="us-east-1", show_default=True, help="Region to examine it in.")
@click.option("--parameter", "pairs", multiple=True, metavar="KEY=VALUE", help="Fix a parameter.")
@click.option("--profile", help="Profile whose accepted exceptions apply.  [default: standard]")
@click.option(
    "--options",
    "options_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The options file that the template was written from.",
)
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit report there too.")
@click.option("--explain", metavar="CLAIM", help="Write one claim, its arithmetic and sources.")
@click.option("--summary", is_flag=True, help="Write one line.")
def evidence(
    *,
    template: Path | None,
    region: str,
    pairs: tuple[str, ...],
    profile: str | None,
    options_file: Path | None,
    as_json: bool,
    junit: Path | None,
    explain: str | None,
    summary: bool,
) -> None:
    """Show for every promise whether TEMPLATE keeps it."""
    from payment_templates.commands.evidence import show_evidence

    show_evidence(
        template,
        region=region,
        pairs=pairs,
        profile=profile,
        options_file=options_file,
        as_json=as_json,
        junit=junit,
        explain=explain,
        summary=summary,
    )


@main.command()
@click.argument(
    "template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=options.DEFAULT_TEMPLATE,
)
@click.option("--keep", is_flag=True, help="Keep the embedded AWS running until Ctrl-C.")
def rehearse(template: Path, *, keep: bool) -> None:
    """Deploy TEMPLATE to two regions of the embedded AWS, test both, delete both."""
    from payment_templates.commands.rehearse import show_rehearsal

    show_rehearsal(template, keep=keep)
