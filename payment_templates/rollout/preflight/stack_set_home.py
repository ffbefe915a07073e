"""Reads the existing stack sets, and checks that rollout would use them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.preflight.finding import Finding, refused, unknown, warned
from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles
from payment_templates.rollout.stack_set.home_choice import regions_to_give
from payment_templates.rollout.stack_set.instances import list_instances

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.stack_set.homes import Homes


@dataclass(frozen=True, kw_only=True)
class ExistingSets:
    """What the stack sets of a suffix have: stacks, parameter values and roles."""

    # Of the caller's account, by region.
    stack_ids: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    # Of the set in the primary region.
    roles: ChosenRoles = field(default_factory=ChosenRoles)

    def stack_of(self, planned: PlannedStack) -> str:
        """Return the ID of a set's stack; empty if there is none in the account."""
        # The set's stack may be in another account, to which the credentials have no access.
        stack_id = self.stack_ids.get(planned.region, "")
        return stack_id if f":{planned.account}:" in stack_id else ""


def check_sets(
    session: Session,
    homes: Homes,
    regions: Sequence[str],
    found: list[ExistingSets],
    *,
    for_rollout: bool,
) -> Iterator[Finding]:
    """Check the sets of the name; the first region is where rollout would create one.

    What the sets have is added to `found`: the last one is the most that could be read.
    """
    primary = regions[0]
    account = account_of(session, primary)
    for home in homes.own:
        values = {**found[-1].values, **home.stack_set.parameters}
        found.append(replace(found[-1], values=values))
        client = clients.cloudformation(session, home.region)
        instances = list_instances(client, home.stack_set.name)
        own = {one.region: one.stack_id for one in instances if one.account == account}
        found.append(replace(found[-1], stack_ids={**found[-1].stack_ids, **own}))
    if there := homes.in_region(primary):
        found.append(replace(found[-1], roles=there.stack_set.roles))
    report = refused if for_rollout else warned
    for home in homes.foreign:
        if home.region == primary:
            yield report(primary, f"{home} {home.foreign}", "choose another --stack-set-name")
    if there:
        return
    for home in homes.own:
        options = regions_to_give(session, home, regions)
        yield report(home.region, f"{home} exists", f"use rollout {options}")
    for home in homes.of_other_caller:
        yield report(
            home.region,
            f"{home} exists, visible only with --call-as {home.call_as}",
            f"use --call-as {home.call_as}",
        )
    for gap in homes.not_searched if for_rollout else ():
        # Most accounts are not delegated administrators, so this is not a finding.
        if "delegated administrator" not in gap:
            yield unknown(primary, f"not searched: {gap}", "allow the call, or check it yourself")
