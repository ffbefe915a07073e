"""Defines the options of the commands, each once."""

from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import click

from payment_templates.rollout.polling import SHORTEST_SECONDS

Command = Callable[..., Any]
Option = Callable[[Command], Command]

DEFAULT_TEMPLATE = Path("output/TapStack.json")


class FiniteRange(click.FloatRange):
    """A number within limits; neither infinite nor no number at all."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own.
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read the number."""
        number: float = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


def _together(*members: Option) -> Option:
    def add(command: Command) -> Command:
        # click shows the option that is added last first.
        for member in reversed(members):
            command = member(command)
        return command

    return add


suffix = click.option(
    "--suffix", required=True, help="The stack's EnvironmentSuffix, such as dev-001."
)
inputs = _together(
    click.option(
        "--template",
        type=click.Path(path_type=Path, dir_okay=False),
        default=DEFAULT_TEMPLATE,
        show_default=True,
        help="The template file, in JSON or YAML.",
    ),
    click.option(
        "--parameter",
        "parameters",
        multiple=True,
        metavar="KEY=VALUE",
        help="A parameter value. Omitted parameters keep their value or default.",
    ),
    click.option(
        "--ask-password",
        is_flag=True,
        help="Prompt for the database password, instead of reading DB_MASTER_PASSWORD.",
    ),
)
override = click.option(
    "--override",
    "overrides",
    multiple=True,
    metavar="REGION:KEY=VALUE",
    help="Override a parameter in one region.",
)
bucket = click.option(
    "--bucket", help="S3 bucket for a template over 51,200 bytes. Default: create a private one."
)
stack_name = click.option("--stack-name", help="Name of the stack.  [default: payment-SUFFIX]")
stack_set_name = click.option(
    "--stack-set-name", help="Name of the stack set.  [default: payment-SUFFIX]"
)
target_region = click.option(
    "--to", "target", required=True, metavar="REGION", help="The region that is to write."
)
allow_data_loss = click.option(
    "--allow-data-loss",
    is_flag=True,
    help="Accept that payments which were not replicated are lost.",
)
# AWS_REGION, then AWS_DEFAULT_REGION, then the profile, else the specification's region.
_OWN_REGION = "the region of the environment or AWS profile, else us-east-1"
one_region = click.option("--region", help="The region.", show_default=_OWN_REGION)
regions = click.option(
    "--region",
    "regions",
    multiple=True,
    help="A region; repeat for more. The first is the primary region and holds the stack set.",
    show_default=f"{_OWN_REGION}; if it is us-east-1 or us-west-2, the other one too",
)
targets = _together(
    click.option(
        "--account",
        "accounts",
        multiple=True,
        help="A target account.  [default: your own account]",
    ),
    click.option(
        "--organizational-unit",
        "organizational_units",
        multiple=True,
        help="A target organizational unit, with permissions managed by Organizations.",
    ),
)


def _caller(text: str) -> Option:
    return click.option(
        "--call-as",
        type=click.Choice(["SELF", "DELEGATED_ADMIN"]),
        default="SELF",
        show_default=True,
        help=text,
    )


call_as = _caller(
    "Act as the management account or a delegated administrator; with --organizational-unit."
)
as_in_rollout = _caller("The --call-as with which rollout created the stack set.")
tags = click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="KEY=VALUE",
    help="A tag for everything that is created; existing tags are kept.",
)
role_arn = click.option(
    "--role-arn",
    metavar="ARN",
    help="Service role for CloudFormation, also for later operations on the stack.  "
    "[default: the stack's role, else your own permissions]",
)
stack_set_roles = _together(
    click.option(
        "--administration-role-arn",
        metavar="ARN",
        help="Role of your account that StackSets use, instead of "
        "AWSCloudFormationStackSetAdministrationRole.",
    ),
    click.option(
        "--execution-role-name",
        metavar="NAME",
        help="Role of the target accounts, instead of AWSCloudFormationStackSetExecutionRole.",
    ),
)
allow_replacement = click.option(
    "--allow-replacement",
    "allowed_replacements",
    multiple=True,
    metavar="LOGICAL_ID",
    help="Allow this resource to be replaced or removed with its data.",
)
unseen = click.option(
    "--unseen",
    is_flag=True,
    help="Also change stacks in accounts where the changes cannot be previewed.",
)
recovery = _together(
    click.option(
        "--recreate",
        is_flag=True,
        help="Delete a stack whose creation or deletion failed, and create it again; data in it "
        "still needs --allow-replacement.",
    ),
    click.option("--continue-rollback", is_flag=True, help="Continue a rollback that failed."),
    click.option(
        "--skip-resource",
        "skipped_resources",
        multiple=True,
        metavar="LOGICAL_ID",
        help="With --continue-rollback: leave this resource, whose rollback failed, as it is.",
    ),
)
force_new_deployment = click.option(
    "--force-new-deployment",
    is_flag=True,
    help="Replace all tasks once the stack is up to date: for a new image with the same tag, or a "
    "changed secret.",
)
import_stacks = click.option(
    "--import",
    "import_stacks",
    is_flag=True,
    help="Import stacks that deploy created; not possible with a NoEcho parameter.",
)
create_roles = click.option(
    "--create-roles", is_flag=True, help="Create the roles that StackSets need."
)
delete_roles = click.option(
    "--delete-roles",
    "roles_too",
    is_flag=True,
    help="Also delete the StackSets roles, unless another set uses them.",
)
with_roles = click.option(
    "--with-roles/--without-roles",
    default=True,
    show_default=True,
    help="Check that the StackSets roles exist.",
)
speed = _together(
    click.option(
        "--failure-tolerance",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Accounts per region that may fail before the operation stops.",
    ),
    click.option(
        "--max-concurrent",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Accounts per region to work on at the same time.",
    ),
    click.option("--parallel-regions", is_flag=True, help="Work on all regions at the same time."),
)
confirm = click.option(
    "--confirm",
    metavar="SUFFIX",
    help="Confirm the deletion by repeating the suffix (for scripts).",
)
dry_run = _together(
    click.option(
        "--dry-run",
        is_flag=True,
        help="Check and preview, then stop: nothing is changed, and nothing is left behind.",
    ),
    click.option(
        "--exit-code",
        "exit_code",
        is_flag=True,
        help="With --dry-run: exit 4 if there are changes.",
    ),
)
watch = click.option(
    "--watch", is_flag=True, help="Show the status again and again until nothing is running."
)
deployed_template = click.option(
    "--template",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The template whose assumptions are verified.  [default: the deployed one]",
)


def _list_assumptions(context: click.Context, _: click.Parameter, given: bool) -> None:  # noqa: FBT001 - click's own.
    if given and not context.resilient_parsing:
        from payment_templates.commands.output.verification_report import (  # noqa: PLC0415 - only this option needs it.
            list_assumptions,
        )

        list_assumptions()
        context.exit()


list_assumptions = click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_assumptions,
    help="List the assumptions that can be measured, with the command for each, and exit.",
)
game_day = click.option(
    "--game-day",
    "experiment",
    metavar="EXPERIMENT",
    help="Instead, run zone-loss, writer-failover, task-loss or nat-loss, and measure detection, "
    "alert and recovery; always asks, and needs the option game_day in the template. Ctrl-C stops "
    "the experiment.",
)
alarms = click.option(
    "--alarms",
    is_flag=True,
    help="Instead, set each alarm to ALARM in turn, check that subscribers are notified, and reset "
    "it; asks first.",
)
skip_preflight = click.option("--skip-preflight", is_flag=True, help="Skip the preflight checks.")
yes = click.option(
    "--yes",
    is_flag=True,
    help="Do not ask for confirmation; data loss still needs --allow-replacement.",
)
common = _together(
    click.option("--aws-profile", help="A profile of the AWS CLI.  [default: AWS_PROFILE]"),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    click.option(
        "--poll-seconds",
        type=FiniteRange(min=0.01),
        default=SHORTEST_SECONDS,
        show_default=True,
        help="Shortest time between two status requests.",
    ),
)
