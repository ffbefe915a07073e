"""Defines the options of the commands, each once."""

from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import click

from payment_templates.commands.inputs.plain_option import PlainOption
from payment_templates.commands.inputs.usage_errors import GIVEN, WrongUseError
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
    "--suffix",
    required=True,
    metavar="SUFFIX",
    help="The stack's EnvironmentSuffix, such as dev-001.",
)
inputs = _together(
    click.option(
        "--template",
        type=click.Path(path_type=Path, dir_okay=False),
        default=DEFAULT_TEMPLATE,
        show_default=True,
        metavar="FILE",
        help="The template, in JSON or YAML.",
    ),
    click.option(
        "--parameter",
        "parameters",
        multiple=True,
        metavar="KEY=VALUE",
        help="A parameter value; repeat for more. Omitted parameters keep their value or default.",
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
    help="Override a parameter in one region; repeat for more.",
)
bucket = click.option(
    "--bucket",
    metavar="NAME",
    help="S3 bucket for a template over 51,200 bytes.  [default: create a private one]",
)
bucket_of_policy = click.option(
    "--bucket",
    metavar="NAME",
    help="S3 bucket for the template, as in deploy.  [default: the one that deploy creates]",
)
stack_name = click.option(
    "--stack-name", metavar="NAME", help="Name of the stack.  [default: payment-SUFFIX]"
)
stack_set_name = click.option(
    "--stack-set-name", metavar="NAME", help="Name of the stack set.  [default: payment-SUFFIX]"
)
target_region = click.option(
    "--to", "target", required=True, metavar="REGION", help="Region to promote."
)
allow_data_loss = click.option(
    "--allow-data-loss",
    is_flag=True,
    help="Required to start: accept the loss of unreplicated payments.",
)
# AWS_REGION, then AWS_DEFAULT_REGION, then the profile, else the specification's region.
_OWN_REGION = "the region of the environment or AWS profile, else us-east-1"
one_region = click.option(
    "--region", cls=PlainOption, metavar="REGION", help="The region.", show_default=_OWN_REGION
)
regions = click.option(
    "--region",
    "regions",
    cls=PlainOption,
    multiple=True,
    metavar="REGION",
    help="A region; repeat for more. The first is the primary region and holds the stack set.",
    show_default=f"{_OWN_REGION}; if it is us-east-1 or us-west-2, the other one too",
)
targets = _together(
    click.option(
        "--account",
        "accounts",
        multiple=True,
        metavar="ACCOUNT",
        help="A target account; repeat for more.  [default: your own account]",
    ),
    click.option(
        "--organizational-unit",
        "organizational_units",
        multiple=True,
        metavar="ID",
        help="A target organizational unit, with permissions managed by Organizations; repeat for "
        "more.",
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
as_in_rollout = _caller("The same --call-as as for the rollout that created the stack set.")
as_for_rollout = _caller("The same --call-as as for the rollout that will follow.")
tags = click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="KEY=VALUE",
    help="A tag for everything that is created; repeat for more. Existing tags are kept.",
)


def _service_role(text: str) -> Option:
    return click.option(
        "--role-arn",
        metavar="ARN",
        help=f"{text}  [default: the stack's role, else your own permissions]",
    )


role_arn = _service_role("Service role for CloudFormation, also for later operations on the stack.")
role_arn_of_check = _service_role("Service role with which deploy will run.")
role_arn_of_deletion = _service_role("Service role that deletes the stacks.")
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
    help="Allow this resource to be replaced or removed with its data; repeat for more.",
)
unseen = click.option(
    "--unseen",
    is_flag=True,
    help="Also update stacks in other accounts, which cannot be previewed.",
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
        help="With --continue-rollback: leave this resource, whose rollback failed, as it is; "
        "repeat for more.",
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
    help="Take over stacks that deploy created; refused if the template has a NoEcho parameter, as "
    "the generated ones have: DBMasterPassword.",
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
without_roles = click.option(
    "--without-roles",
    "with_roles",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Do not check the StackSets roles: for deploy, or rollout --create-roles.",
)
speed = _together(
    click.option(
        "--failure-tolerance",
        cls=PlainOption,
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        metavar="NUMBER",
        help="Accounts per region that may fail before the operation stops.",
    ),
    click.option(
        "--max-concurrent",
        cls=PlainOption,
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="NUMBER",
        help="Accounts per region to work on at the same time.",
    ),
    click.option("--parallel-regions", is_flag=True, help="Work on all regions at the same time."),
)
confirm = click.option(
    "--confirm",
    metavar="SUFFIX",
    help="Confirm the deletion by repeating the suffix (for scripts).",
)


def _refuse_yes(context: click.Context, _: click.Parameter, given: bool) -> None:  # noqa: FBT001 - click's own.
    if given and not context.resilient_parsing:
        raise WrongUseError("destroy has no --yes", "pass --confirm SUFFIX")


no_yes = click.option(
    "--yes",
    is_flag=True,
    hidden=True,
    expose_value=False,
    callback=_refuse_yes,
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
    "--watch", is_flag=True, help="Show the status whenever it changes, until nothing is running."
)
deployed_template = click.option(
    "--template",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Template whose assumptions are verified.  [default: the deployed one]",
)


def _list_assumptions(context: click.Context, _: click.Parameter, given: bool) -> None:  # noqa: FBT001 - click's own.
    if given and not context.resilient_parsing:
        from payment_templates.commands.output.verification_report import (  # noqa: PLC0415 - only this option needs it.
            list_assumptions,
        )

        # --json has no value yet.
        list_assumptions(as_json="as_json" in context.meta[GIVEN])
        context.exit()


list_assumptions = click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_assumptions,
    help="List the assumptions that can be measured, with the command for each, and exit. Needs no "
    "other option.",
)
game_day = click.option(
    "--game-day",
    "experiment",
    metavar="EXPERIMENT",
    help="Break a part of the stack instead of checking it: zone-loss, writer-failover, task-loss "
    "or nat-loss. Measures detection, alert and recovery, always asks, and needs the option "
    "game_day in the template. Ctrl-C stops the experiment.",
)
alarms = click.option(
    "--alarms",
    is_flag=True,
    help="Test the alarms instead of checking the stack: set each to ALARM in turn, check that "
    "subscribers are notified, and reset it. Asks first.",
)
skip_preflight = click.option("--skip-preflight", is_flag=True, help="Skip the preflight checks.")


def _yes(text: str) -> Option:
    return click.option("--yes", is_flag=True, help=text)


yes = _yes("Do not ask for confirmation; data loss still needs --allow-replacement.")
yes_to_switchover = _yes("Do not ask for confirmation.")
yes_to_failover = _yes("Do not ask for confirmation; --allow-data-loss is still needed.")
yes_to_alarms = _yes("With --alarms: do not ask for confirmation. --game-day always asks.")
common = _together(
    click.option(
        "--aws-profile",
        metavar="NAME",
        help="A profile of the AWS CLI.  [default: AWS_PROFILE]",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    click.option(
        "--poll-seconds",
        cls=PlainOption,
        metavar="SECONDS",
        type=FiniteRange(min=0.01),
        default=SHORTEST_SECONDS,
        show_default=True,
        help="Minimum seconds between status requests.",
    ),
)
