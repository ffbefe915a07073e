"""Where the stacks of a set stand, and how fast an operation may go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudformation.type_defs import StackSetOperationPreferencesUnionTypeDef


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Accounts, or the organizational units that hold them, and regions in order."""

    regions: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()

    @property
    def service_managed(self) -> bool:
        """Say whether Organizations gives the permissions, or roles made by hand."""
        return bool(self.organizational_units)

    def arguments(self, regions: Sequence[str]) -> dict[str, Any]:
        """Write the targets of a call on instances."""
        if self.service_managed:
            where = {"OrganizationalUnitIds": [*self.organizational_units]}
            return {"DeploymentTargets": where, "Regions": [*regions]}
        return {"Accounts": [*self.accounts], "Regions": [*regions]}


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
                f"--max-concurrent cannot be {self.max_concurrent}; what would do: 1 to "
                f"{self.failure_tolerance + 1}, which is --failure-tolerance and one more"
            )

    def preferences(self, regions: Sequence[str]) -> StackSetOperationPreferencesUnionTypeDef:
        """Write the preferences of an operation on these regions, in this order."""
        return {
            "RegionConcurrencyType": "PARALLEL" if self.parallel_regions else "SEQUENTIAL",
            "RegionOrder": [*regions],
            "FailureToleranceCount": self.failure_tolerance,
            "MaxConcurrentCount": self.max_concurrent,
        }
