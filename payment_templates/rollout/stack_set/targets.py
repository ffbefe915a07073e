"""Validates the targets of a set and the speed of its operations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mypy_boto3_cloudformation.type_defs import StackSetOperationPreferencesUnionTypeDef

    from payment_templates.rollout.stack_set.instances import Instance

# The patterns of Account and OrganizationalUnitId in the API of CloudFormation.
_ACCOUNT = r"[0-9]{12}"
_ORGANIZATIONAL_UNIT = r"ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}"


def require_accounts(accounts: Iterable[str]) -> None:
    """Raise RolloutError for an invalid account ID."""
    for given in accounts:
        if not re.fullmatch(_ACCOUNT, given):
            raise wrong_use(
                f"invalid --account {given!r}", "use the twelve digits of an account ID"
            )


def require_organizational_units(units: Iterable[str]) -> None:
    """Raise RolloutError for an invalid ID of an organizational unit."""
    for given in units:
        if not re.fullmatch(_ORGANIZATIONAL_UNIT, given):
            raise wrong_use(
                f"invalid --organizational-unit {given!r}",
                "use the ID of a unit or of the root, such as ou-ab12-cdef3456 or r-ab12",
            )


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The accounts or organizational units, and the regions in order."""

    regions: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()

    @property
    def service_managed(self) -> bool:
        """Return whether Organizations manages the permissions, instead of roles."""
        return bool(self.organizational_units)

    def __post_init__(self) -> None:
        """Raise an error for an invalid account ID or organizational unit ID."""
        require_accounts(self.accounts)
        require_organizational_units(self.organizational_units)

    def include(self, instance: Instance) -> bool:
        """Return whether an instance is in one of the targets."""
        if instance.region not in self.regions:
            return False
        if self.service_managed:
            return instance.organizational_unit in self.organizational_units
        return instance.account in self.accounts


@dataclass(frozen=True, kw_only=True)
class Speed:
    """How many accounts per region are processed at once, and how many may fail."""

    failure_tolerance: int = 0
    max_concurrent: int = 1
    parallel_regions: bool = False

    def __post_init__(self) -> None:
        """Raise an error for values that StackSets refuse."""
        # StackSetOperationPreferences, MaxConcurrentCount: with strict tolerance, the default,
        # at most one more than FailureToleranceCount.
        if not 1 <= self.max_concurrent <= self.failure_tolerance + 1:
            raise wrong_use(
                f"invalid --max-concurrent {self.max_concurrent}",
                f"{_accepted_concurrency(self.failure_tolerance)}, or raise --failure-tolerance to "
                f"{self.max_concurrent - 1}",
            )

    def preferences(self, regions: Sequence[str]) -> StackSetOperationPreferencesUnionTypeDef:
        """Return the preferences of an operation on these regions, in this order."""
        order: StackSetOperationPreferencesUnionTypeDef = (
            {"RegionOrder": [*regions]} if regions else {}
        )
        return {
            **order,
            "RegionConcurrencyType": "PARALLEL" if self.parallel_regions else "SEQUENTIAL",
            "FailureToleranceCount": self.failure_tolerance,
            "MaxConcurrentCount": self.max_concurrent,
        }


def _accepted_concurrency(failure_tolerance: int) -> str:
    return f"use 1 to {failure_tolerance + 1}" if failure_tolerance else "use 1"
