"""The commands: one thin function for each, which says what it takes.

Only the command that runs loads what it needs, so that each starts at once.
"""

# ruff: noqa: ANN401, PLC0415 - click calls by the options' names; see above.

from pathlib import Path
from typing import Any

import click

from payment_templates.commands import options
from payment_templates.commands.answers import describe_answer
from payment_templates.commands.surroundings import take_surroundings
from payment_templates.commands.wrong_use import TellingCommand


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Prove and rehearse the payment stack, bring it to AWS, see it there, and take it away.

    Exit codes: 0 done; 1 failed on AWS, broken, drifted, left behind, or not agreed to; 2 wrong
    use; 3 refused before it began; 130 interrupted. --json prints one document, whatever happens:
    exit_code, error, messages, and what each command names below, null where it did not come to
    it.
    """


@main.command(cls=TellingCommand, epilog=describe_answer("preflight"))
@options.suffix
@options.inputs
@options.stack_name
@options.stack_set_name
@options.regions
@options.with_roles
@options.surroundings
def preflight(**given: Any) -> None:
    """Look for what is in the way, and change nothing; exit 3 when something is."""
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
    """Bring the stack to many regions, through a stack set."""
    from payment_templates.commands.rollout import roll_out_stacks

    roll_out_stacks(take_surroundings(given), **given)


@main.command(cls=TellingCommand, epilog=describe_answer("status"))
@options.suffix
@options.stack_name
@options.stack_set_name
@options.regions
@options.surroundings
def status(**given: Any) -> None:
    """Show the stacks and the stack set of a suffix, and what is under way."""
    from payment_templates.commands.status import show_status

    show_status(take_surroundings(given), **given)


@main.command(cls=TellingCommand, epilog=describe_answer("drift"))
@options.suffix
@options.stack_name
@options.stack_set_name
@options.regions
@options.surroundings
def drift(**given: Any) -> None:
    """Show where AWS is no longer what the template says; exit 1 when it drifted."""
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
    """Delete everything of a suffix, and look for what is left behind."""
    from payment_templates.commands.destroy import destroy_stacks

    destroy_stacks(take_surroundings(given), **given)


@main.command()
@click.argument("template", type=click.Path(path_type=Path), default=options.DEFAULT_TEMPLATE)
@click.option("--region", default="us-east-1", show_default=True, help="Region to examine it in.")
@click.option("--parameter", "pairs", multiple=True, metavar="KEY=VALUE", help="Fix a parameter.")
@click.option("--profile", default="standard", help="Whose accepted exceptions count.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit report there too.")
@click.option("--explain", metavar="CLAIM", help="Write one claim, its arithmetic and sources.")
@click.option("--summary", is_flag=True, help="Write one line.")
def evidence(
    *,
    template: Path,
    region: str,
    pairs: tuple[str, ...],
    profile: str,
    as_json: bool,
    junit: Path | None,
    explain: str | None,
    summary: bool,
) -> None:
    """Say for every promise whether TEMPLATE keeps it."""
    from payment_templates.commands.evidence import show_evidence

    show_evidence(
        template,
        region=region,
        pairs=pairs,
        profile=profile,
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
@click.option("--keep", is_flag=True, help="Leave the AWS running until Ctrl-C, to look around.")
def rehearse(template: Path, *, keep: bool) -> None:
    """Deploy TEMPLATE to two regions of an AWS on loopback, test both, delete both."""
    from payment_templates.commands.rehearse import show_rehearsal

    show_rehearsal(template, keep=keep)
