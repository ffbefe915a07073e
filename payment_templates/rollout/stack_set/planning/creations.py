"""Plans the creations of a rollout: of new instances, and of those whose creation failed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from payment_templates.rollout.deletion_protection import OFF, PARAMETER, takes_two_steps
from payment_templates.rollout.stack_set.instances import read_overrides
from payment_templates.rollout.stack_set.operations.targets import OperationTargets
from payment_templates.rollout.stack_set.planning.plan import Creation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.instances import Instance
    from payment_templates.rollout.stack_set.planning.plan import Overrides

# The accounts, the organizational units and the overrides that they keep.
_Group = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Creations:
    """What the operations of a rollout create: all that is requested and does not exist yet."""

    client: CloudFormationClient
    definition: Definition
    overrides: Mapping[str, Overrides]
    instances: Sequence[Instance]
    # Those without a working stack, which CreateStackInstances retries.
    retried: Collection[Instance]
    # The regions of each account in which deploy has a stack.
    left: Mapping[str, Collection[str]]

    def plan(self, regions: Sequence[str]) -> Iterator[Creation]:
        """Return the creations in this order of the regions."""
        # One operation sets the same overrides in all its regions.
        for (groups, own), group in groupby(regions, key=self._missing):
            alike = tuple(group)
            unprotected = self.is_unprotected(alike[0])
            for accounts, units, kept in groups:
                yield Creation(
                    targets=OperationTargets(
                        regions=alike, accounts=accounts, organizational_units=units
                    ),
                    overrides={**own, PARAMETER: OFF} if unprotected else own,
                    kept=kept,
                    unprotected=unprotected,
                )

    def is_unprotected(self, region: str) -> bool:
        """Return whether a region's stack is first created without deletion protection."""
        definition = self.definition
        two_steps = takes_two_steps(definition.template, definition.values)
        return two_steps and PARAMETER not in self.overrides.get(region, {})

    def _missing(self, region: str) -> tuple[tuple[_Group, ...], dict[str, str]]:
        retried: dict[tuple[str, ...], list[Instance]] = {}
        for instance in self.retried:
            if instance.region == region:
                retried.setdefault(self._kept(instance), []).append(instance)
        groups = (
            self._units(region, retried)
            if self._service_managed
            else self._accounts(region, retried)
        )
        return tuple(groups), dict(self.overrides.get(region, {}))

    @property
    def _service_managed(self) -> bool:
        return self.definition.targets.service_managed

    def _accounts(
        self, region: str, retried: Mapping[tuple[str, ...], Sequence[Instance]]
    ) -> Iterator[_Group]:
        known = {one.account for one in self.instances if one.region == region}
        known |= {account for account, regions in self.left.items() if region in regions}
        # A new instance keeps no overrides.
        members = {kept: {one.account for one in group} for kept, group in retried.items()}
        new = {one for one in self.definition.targets.accounts if one not in known}
        members[()] = members.get((), set()) | new
        for kept, accounts in members.items():
            if accounts:
                ordered = [one for one in self.definition.targets.accounts if one in accounts]
                yield tuple(ordered), (), kept

    def _units(
        self, region: str, retried: Mapping[tuple[str, ...], Sequence[Instance]]
    ) -> Iterator[_Group]:
        known = {one.organizational_unit for one in self.instances if one.region == region}
        new = [one for one in self.definition.targets.organizational_units if one not in known]
        if new:
            yield (), tuple(new), ()
        for kept, group in retried.items():
            units = {one.organizational_unit for one in group} - {""}
            yield tuple(sorted({one.account for one in group})), tuple(sorted(units)), kept

    def _kept(self, instance: Instance) -> tuple[str, ...]:
        own = read_overrides(self.client, self.definition.name, instance)
        given = {*self.overrides.get(instance.region, {})}
        if self.is_unprotected(instance.region):
            given.add(PARAMETER)
        return tuple(sorted(own.keys() - given))
