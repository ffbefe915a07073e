"""Reads the accounts of a rollout, and as whom it calls StackSets."""

from payment_templates.commands.command_runner import Tools
from payment_templates.commands.inputs.usage_errors import refuse_together
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.stack_set.delegation import SELF, act_as
from payment_templates.rollout.stack_set.targets import (
    Targets,
    require_accounts,
    require_organizational_units,
)


def require_targets(accounts: tuple[str, ...], organizational_units: tuple[str, ...]) -> None:
    """Raise WrongUseError for an invalid target, or accounts with organizational units."""
    refuse_together(
        {"--account": bool(accounts), "--organizational-unit": bool(organizational_units)}
    )
    require_accounts(accounts)
    require_organizational_units(organizational_units)


def read_targets(
    regions: tuple[str, ...],
    accounts: tuple[str, ...],
    organizational_units: tuple[str, ...],
    own_account: str,
) -> Targets:
    """Return the targets: the own account if none is given."""
    if organizational_units:
        return Targets(regions=regions, organizational_units=organizational_units)
    return Targets(regions=regions, accounts=accounts or (own_account,))


def take_caller(tools: Tools, call_as: str, organizational_units: tuple[str, ...]) -> None:
    """Act as the caller of --call-as; raises RolloutError if it does not fit the targets."""
    if call_as != SELF and not organizational_units:
        raise wrong_use(
            f"--call-as {call_as} needs --organizational-unit",
            f"pass an organizational unit, or use --call-as {SELF}",
        )
    act_as(tools.session, call_as)
