"""What one call on a set can reach: each of some accounts in each of some regions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.rollout.stack_set.instances import Instance


@dataclass(frozen=True, kw_only=True)
class Block:
    """Accounts, or organizational units and those of their accounts that are meant, in regions."""

    regions: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """Write the targets of a call on instances."""
        if not self.organizational_units:
            return {"Accounts": [*self.accounts], "Regions": [*self.regions]}
        where: dict[str, Any] = {"OrganizationalUnitIds": [*self.organizational_units]}
        if self.accounts:
            # Without the filter the accounts would be added: DeploymentTargets, AccountFilterType.
            where |= {"Accounts": [*self.accounts], "AccountFilterType": "INTERSECTION"}
        return {"DeploymentTargets": where, "Regions": [*self.regions]}


def blocks_of(instances: Sequence[Instance], regions: Sequence[str]) -> Iterator[Block]:
    """Put instances into as few blocks as hold them and no others, in the order of the regions."""
    present = [
        region for region in regions if any(instance.region == region for instance in instances)
    ]
    for block, alike in groupby(present, key=lambda region: _members(instances, region)):
        yield Block(regions=tuple(alike), accounts=block[0], organizational_units=block[1])


def _members(instances: Sequence[Instance], region: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    there = [instance for instance in instances if instance.region == region]
    units = {instance.organizational_unit for instance in there} - {""}
    return tuple(sorted({instance.account for instance in there})), tuple(sorted(units))
