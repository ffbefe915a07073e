"""Groups stack instances into the targets of single calls: accounts and regions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.rollout.stack_set.instances import Instance


@dataclass(frozen=True, kw_only=True)
class OperationTargets:
    """The targets of one call: accounts, or accounts of organizational units, in regions."""

    regions: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """Return the target arguments of a call."""
        if not self.organizational_units:
            return {"Accounts": [*self.accounts], "Regions": [*self.regions]}
        where: dict[str, Any] = {"OrganizationalUnitIds": [*self.organizational_units]}
        if self.accounts:
            # Without the filter the accounts would be added: DeploymentTargets, AccountFilterType.
            where |= {"Accounts": [*self.accounts], "AccountFilterType": "INTERSECTION"}
        return {"DeploymentTargets": where, "Regions": [*self.regions]}


def group_targets(
    instances: Sequence[Instance], regions: Sequence[str]
) -> Iterator[OperationTargets]:
    """Group instances into the fewest targets that match exactly them, in region order."""
    present = [
        region for region in regions if any(instance.region == region for instance in instances)
    ]
    for (accounts, units), alike in groupby(
        present, key=lambda region: _members(instances, region)
    ):
        yield OperationTargets(regions=tuple(alike), accounts=accounts, organizational_units=units)


def _members(instances: Sequence[Instance], region: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    there = [instance for instance in instances if instance.region == region]
    units = {instance.organizational_unit for instance in there} - {""}
    return tuple(sorted({instance.account for instance in there})), tuple(sorted(units))
