"""Where the stacks of a set stand, and how fast an operation may go there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudformation.type_defs import StackSetOperationPreferencesUnionTypeDef

    from payment_templates.rollout.stack_set.instances import Instance

# The patterns of Account and OrganizationalUnitId in the API of CloudFormation.
_ACCOUNT = r"[0-9]{12}"
_ORGANIZATIONAL_UNIT = r"ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}"


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Accounts, or the organizational units that hold them, and regions in order."""

    regions: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()

    @property
    def service_managed(self) -> bool:
        """Return whether Organizations gives the permissions, or roles made by hand."""
        return bool(self.organizational_units)

    def __post_init__(self) -> None:
        """Refuse what cannot be the ID of an account or of an organizational unit."""
        for given in self.accounts:
            if not re.fullmatch(_ACCOUNT, given):
                raise wrong_use(f"--account cannot be {given!r}; use twelve digits")
        for given in self.organizational_units:
            if not re.fullmatch(_ORGANIZATIONAL_UNIT, given):
                raise wrong_use(
                    f"--organizational-unit cannot be {given!r}: use the ID of a unit "
                    "or of the root, such as ou-ab12-cdef3456 or r-ab12"
                )

    def hold(self, instance: Instance) -> bool:
        """Return whether an instance stands where the stacks shall stand."""
        if instance.region not in self.regions:
            return False
        if self.service_managed:
            return instance.organizational_unit in self.organizational_units
        return instance.account in self.accounts


@dataclass(frozen=True, kw_only=True)
class Speed:
    """How many accounts of a region at once, and how many of them may fail."""

    failure_tolerance: int = 0
    max_concurrent: int = 1
    parallel_regions: bool = False

    def __post_init__(self) -> None:
        """Refuse what StackSets refuse."""
        # StackSetOperationPreferences, MaxConcurrentCount: with strict tolerance, the default,
        # at most one more than FailureToleranceCount.
        if not 1 <= self.max_concurrent <= self.failure_tolerance + 1:
            raise wrong_use(
                f"--max-concurrent cannot be {self.max_concurrent}: use 1 to "
                f"{self.failure_tolerance + 1}, which is --failure-tolerance and one more"
            )

    def preferences(self, regions: Sequence[str]) -> StackSetOperationPreferencesUnionTypeDef:
        """Write the preferences of an operation on these regions, in this order."""
        order: StackSetOperationPreferencesUnionTypeDef = (
            {"RegionOrder": [*regions]} if regions else {}
        )
        return {
            **order,
            "RegionConcurrencyType": "PARALLEL" if self.parallel_regions else "SEQUENTIAL",
            "FailureToleranceCount": self.failure_tolerance,
            "MaxConcurrentCount": self.max_concurrent,
        }
