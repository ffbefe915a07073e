"""Defines the command line: the arguments and the help of every command.

A command's code is imported when it runs, so that every command starts fast.
"""

# ruff: noqa: ANN401, PLC0415 - click passes options by name; imports wait as described above.

import atexit
import gc
import sys
from pathlib import Path
from typing import Any

import click

from payment_templates.commands.extras import ExtrasGroup
from payment_templates.commands.inputs import options, template_options
from payment_templates.commands.inputs.common_options import take_common_options
from payment_templates.commands.inputs.plain_option import PlainOption
from payment_templates.commands.inputs.version import version_option
from payment_templates.commands.output.interruption import end_on_interruption

# Before it ends, Python searches all objects for cycles, which took up to half a second.
atexit.register(gc.freeze)
end_on_interruption()


@click.group(
    cls=ExtrasGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@version_option
def main() -> None:
    """Generate, check, rehearse, deploy and delete the payment stack.

    With --json, the commands on AWS print one document: version, exit_code, error, messages and
    their own keys; keys that do not apply are null.
    """


@main.command()
@click.option(
    "--profile",
    metavar="PROFILE",
    help="Profile to build: standard or production.  [default: standard]",
)
@click.option(
    "--options",
    "options_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML file with the profile to start from and the options that differ.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write.  [default: output/TapStack.json for the standard profile, otherwise "
    "output/TapStack.NAME.json with the name of the profile or of the options file]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the file is out of date.")
def generate(**given: Any) -> None:
    """Write the template, or check that the file is up to date."""
    from payment_templates.commands.generate import generate as write_template

    sys.exit(write_template(Path("output"), **given))


@main.command()
@options.suffix
@options.inputs
@options.override
@options.stack_name
@options.stack_set_name
@options.regions
@options.as_for_rollout
@options.without_roles
@options.role_arn_of_check
@options.stack_set_roles
@options.common
def preflight(**given: Any) -> None:
    """Check the account without changing anything.

    Exits 3 if there are problems.
    """
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.preflight import PreflightCommand

    run(take_common_options(given), PreflightCommand(**given).run)


@main.command()
@click.argument(
    "template",
    type=click.Path(path_type=Path, dir_okay=False),
    default=options.DEFAULT_TEMPLATE,
    help=template_options.TEMPLATE,
)
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["deployer", "service-role", "stack-set-execution"]),
    default="deployer",
    show_default=True,
    help="Who gets the policies: the user of the commands, the service role of CloudFormation, "
    "or the execution role of StackSets.",
)
@click.option(
    "--suffix", metavar="SUFFIX", help="Narrow to this EnvironmentSuffix.  [default: any]"
)
@options.stack_name
@options.stack_set_name
@click.option("--region", metavar="REGION", help="Narrow to this region.  [default: any]")
@click.option("--account", metavar="ACCOUNT", help="Narrow to this account.  [default: any]")
@options.bucket_of_policy
@click.option(
    "--role-arn",
    metavar="ARN",
    help="The deployer passes this service role to CloudFormation and needs no other permissions "
    "on resources.",
)
@click.option(
    "--part",
    cls=PlainOption,
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Print only the first policy, the second, and so on.  [default: all]",
)
def policy(template: Path, **given: Any) -> None:
    """Print the minimal IAM permissions that TEMPLATE needs.

    Prints one policy per line, as JSON with Version and Statement. Needs no AWS account. IAM
    accepts 6,144 characters in a managed policy, so most templates need several: create and attach
    each, for example with aws iam create-policy --policy-document and --part.
    """
    from payment_templates.commands.policy import print_policies

    print_policies(template, **given)


@main.command()
@options.suffix
@options.inputs
@options.bucket
@options.stack_name
@options.one_region
@options.tags
@options.role_arn
@options.allow_replacement
@options.recovery
@options.force_new_deployment
@options.skip_preflight
@options.dry_run
@options.yes
@options.common
def deploy(**given: Any) -> None:
    """Create or update one stack in one region."""
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.deploy import DeployCommand

    run(take_common_options(given), DeployCommand(**given).run)


@main.command()
@options.suffix
@options.inputs
@options.override
@options.bucket
@options.stack_name
@options.stack_set_name
@options.regions
@options.targets
@options.call_as
@options.stack_set_roles
@options.tags
@options.allow_replacement
@options.unseen
@options.import_stacks
@options.create_roles
@options.speed
@options.skip_preflight
@options.dry_run
@options.yes
@options.common
def rollout(**given: Any) -> None:
    """Deploy the stack to several regions through a stack set."""
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.rollout import RolloutCommand

    run(take_common_options(given), RolloutCommand(**given).run)


@main.command()
@options.suffix
@options.stack_name
@options.stack_set_name
@options.regions
@options.as_in_rollout
@options.watch
@options.common
def status(**given: Any) -> None:
    """Show the stacks with this suffix and running operations."""
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.status import StatusCommand

    common = take_common_options(given)
    run(common, StatusCommand(as_json=common.as_json, **given).run)


@main.command()
@options.suffix
@options.deployed_template
@options.stack_name
@options.one_region
@options.alarms
@options.game_day
@options.yes_to_alarms
@options.list_assumptions
@options.common
def verify(**given: Any) -> None:
    """Check that a deployed stack behaves as `evidence` assumes.

    Exits 1 if AWS contradicts an assumption. Changes nothing, unless --alarms or --game-day is
    given.
    """
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.verify import VerifyCommand

    run(take_common_options(given), VerifyCommand(**given).run)


@main.command()
@options.suffix
@options.target_region
@options.stack_name
@options.yes_to_switchover
@options.common
def switchover(**given: Any) -> None:
    """Move the database's writer while both regions work.

    Nothing is lost. Exits 0 if that region already writes. Rerun it to follow a running switchover.
    """
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.region_move import RegionMove
    from payment_templates.rollout.global_database.global_cluster import MoveKind

    run(take_common_options(given), RegionMove(kind=MoveKind.SWITCHOVER, **given).run)


@main.command()
@options.suffix
@options.target_region
@options.allow_data_loss
@options.stack_name
@options.yes_to_failover
@options.common
def failover(**given: Any) -> None:
    """Move the database's writer away from a region that failed.

    Payments may be lost. Calls only the region of --to. Exits 0 if that region already writes.
    Rerun it to follow a running failover.
    """
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.region_move import RegionMove
    from payment_templates.rollout.global_database.global_cluster import MoveKind

    run(take_common_options(given), RegionMove(kind=MoveKind.FAILOVER, **given).run)


@main.command()
@options.suffix
@options.stack_name
@options.stack_set_name
@options.regions
@options.as_in_rollout
@options.common
def drift(**given: Any) -> None:
    """Show where AWS differs from the template.

    Exits 1 if there is drift.
    """
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.drift import DriftCommand

    run(take_common_options(given), DriftCommand(**given).run)


@main.command()
@options.suffix
@options.confirm
@options.stack_name
@options.stack_set_name
@options.regions
@options.as_in_rollout
@options.role_arn_of_deletion
@options.delete_roles
@options.no_yes
@options.common
def destroy(**given: Any) -> None:
    """Delete all stacks with this suffix.

    Exits 1 if there are leftovers. Resources that the template's deletion policies retain are
    listed and do not count as leftovers.
    """
    from payment_templates.commands.command_runner import run
    from payment_templates.commands.destroy import DestroyCommand

    common = take_common_options(given)
    run(common, DestroyCommand(as_json=common.as_json, **given).run)


@main.command("diff")
@template_options.templates("old", "new", text="A template in JSON or YAML.")
@click.option(
    "--base",
    metavar="REV",
    help="Compare OLD, or else output/TapStack.json, with this git revision of it.",
)
@template_options.region
@template_options.parameters
@template_options.profile
@template_options.json
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown for a pull request.")
@click.option(
    "--allow-replacement",
    "allowed",
    multiple=True,
    metavar="LOGICAL_ID",
    help="Allow this resource to be replaced or removed with its data, or to be retained less; "
    "repeat for more.",
)
@click.option("--no-fail", is_flag=True, help="Exit 0 whatever the comparison finds.")
def compare(**given: Any) -> None:
    """Show what an update from OLD to NEW changes and loses.

    Also shows which promises get a new verdict. Uses AWS's resource schemas; needs no AWS account.
    Assumes that the stack keeps its parameter values, as in an update that does not set them. Exits
    1 if data would be lost or retained less, CloudFormation would refuse or undo the update, the
    verdict on a promise gets worse, or a macro hides resources.
    """
    from payment_templates.commands.diff import show_difference

    show_difference(**given)


@main.command()
@template_options.shown
@template_options.load
@template_options.json
def cost(template: Path | None, **given: Any) -> None:
    """Show what the stack of TEMPLATE costs per month.

    Lists each item by region, at the AWS list prices in payment_templates/facts/prices.py. Needs no
    AWS account. A price that no source confirms for a region is unknown, and the sum is then a
    minimum.
    """
    from payment_templates.commands.cost import show_cost

    show_cost(template, **given)


@main.command()
@template_options.shown
@click.option(
    "--format",
    "kind",
    type=click.Choice(["svg", "mermaid"]),
    default="svg",
    show_default=True,
    help="Format of the picture.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File to write.  [default: print it]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when FILE is out of date.")
def diagram(template: Path | None, **given: Any) -> None:
    """Draw the stack of TEMPLATE as SVG or Mermaid.

    Shows what runs in each region and zone, what crosses zones and what is single. The same
    template always gives the same picture. Needs no AWS account.
    """
    from payment_templates.commands.diagram import show_diagram

    show_diagram(template, **given)


@main.command()
@template_options.examined
@template_options.json
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write a JUnit report here.",
)
@click.option(
    "--sarif", type=click.Path(path_type=Path), metavar="FILE", help="Also write a SARIF log here."
)
@click.option(
    "--only", multiple=True, metavar="PROMISE", help="Examine only this promise; repeat for more."
)
@click.option(
    "--explain", metavar="PROMISE", help="Print one promise with its arithmetic and sources."
)
@click.option("--summary", is_flag=True, help="Print one summary line.")
@click.option("--list", "as_list", is_flag=True, help="List the promises and exit.")
@click.option("--lint", "with_lint", is_flag=True, help="Also run cfn-lint: its errors count.")
def evidence(**given: Any) -> None:
    """Show which promises TEMPLATE keeps, and why.

    Needs no AWS account. Exits 1 if a promise of the profile is broken by more than the profile
    accepts, or cannot be decided. docs/claims.md describes the JSON document and lists the
    promises.
    """
    from payment_templates.commands.evidence import show_evidence

    show_evidence(**given)


@main.command()
@template_options.examined
@template_options.json
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet.")
@click.option("--oscal", "as_oscal", is_flag=True, help="Print an OSCAL component definition.")
@click.option(
    "--last-modified",
    metavar="TIME",
    help="Time in the OSCAL document, with its zone.  [default: of the template file]",
)
def compliance(**given: Any) -> None:
    """Show which requirements of PCI DSS TEMPLATE meets.

    Covers PCI DSS 4.0.1 and lists what remains for the customer and AWS. The verdict is on the
    template's part of each requirement. Exits 1 if one is not met, or if a generated template does
    not decide one.
    """
    from payment_templates.commands.compliance import show_compliance

    show_compliance(**given)


@main.command()
@template_options.templates(
    "templates",
    text=f"One or two templates. {template_options.TEMPLATE_OF_PROFILE}",
    count=-1,
    metavar="[TEMPLATE [OTHER]]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("output/report.html"),
    show_default=True,
    metavar="FILE",
    help="File to write.",
)
@template_options.region
@template_options.parameters
@template_options.profile
@template_options.options_file
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    metavar="NUMBER",
    help="Seed of the simulation.",
)
@click.option(
    "--runs",
    cls=PlainOption,
    metavar="NUMBER",
    type=click.IntRange(min=1, max=100_000),
    default=2_000,
    show_default=True,
    help="Simulated runs of each recovery: 1 to 100,000.",
)
def report(templates: tuple[Path, ...], **given: Any) -> None:
    """Write one HTML page: failures, promises, cost, deployment.

    The page shows what each failure does, which promises are kept, and how recovery and deployment
    go. It opens from disk and needs no network. Two templates are shown side by side. Needs no AWS
    account.
    """
    from payment_templates.commands.report import write_report

    write_report(templates, **given)


@main.command()
@click.argument(
    "template",
    type=click.Path(dir_okay=False, path_type=Path),
    default=options.DEFAULT_TEMPLATE,
    help=template_options.TEMPLATE,
)
@click.option("--keep", is_flag=True, help="Keep the embedded AWS running until Ctrl-C.")
def rehearse(template: Path, *, keep: bool) -> None:
    """Deploy TEMPLATE to the embedded AWS, test it, delete it.

    The embedded AWS is an emulator on 127.0.0.1, so this needs no AWS account. TEMPLATE is one that
    this project generates, also with resources of your own.
    """
    from payment_templates.commands.rehearse import show_rehearsal

    show_rehearsal(template, keep=keep)
