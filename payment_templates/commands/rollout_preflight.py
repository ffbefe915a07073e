"""Runs the preflight checks of a rollout, where they can check a target."""

from collections.abc import Mapping

from payment_templates.commands.command_runner import Tools
from payment_templates.commands.inputs.command_inputs import Inputs, StackNames
from payment_templates.commands.output.preflight_report import require_no_problems
from payment_templates.commands.preflight import run_checks
from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles
from payment_templates.rollout.stack_set.homes import Homes
from payment_templates.rollout.stack_set.targets import Targets
from payment_templates.rollout.values import Values


def checks_a_target(tools: Tools, targets: Targets, account: str) -> bool:
    """Return whether the account of the credentials is a target; say so if it is none."""
    meant = targets.service_managed or account in targets.accounts
    if not meant:
        tools.output.tell(
            f"preflight: skipped: it can only check account {account}, which is no target"
        )
    return meant


def run_preflight(
    tools: Tools,
    inputs: Inputs,
    values: Mapping[str, Values],
    names: StackNames,
    homes: Homes,
    *,
    primary: str,
    with_roles: bool,
    roles: ChosenRoles,
) -> None:
    """Check the regions that have values; raises RolloutError for any problem."""
    if values:
        findings = run_checks(
            tools,
            inputs,
            values,
            primary=primary,
            stack_name=names.stack,
            stack_set_name=names.stack_set,
            find_sets=lambda: homes,
            with_roles=with_roles,
            roles=roles,
        )
        require_no_problems(tools, findings)
