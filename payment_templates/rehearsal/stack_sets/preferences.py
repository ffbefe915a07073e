"""How fast an operation may go, and how much may fail."""

from collections.abc import Sequence
from dataclasses import dataclass

from payment_templates.rehearsal.stack_sets.errors import validation_error

SEQUENTIAL = "SEQUENTIAL"
PARALLEL = "PARALLEL"
STRICT_FAILURE_TOLERANCE = "STRICT_FAILURE_TOLERANCE"
SOFT_FAILURE_TOLERANCE = "SOFT_FAILURE_TOLERANCE"


@dataclass(frozen=True, kw_only=True)
class OperationPreferences:
    """Order, concurrency and failure tolerance, as API StackSetOperationPreferences has them.

    Counts are accounts in one region, never regions.
    """

    region_order: tuple[str, ...] = ()
    region_concurrency_type: str | None = None
    failure_tolerance_count: int | None = None
    failure_tolerance_percentage: int | None = None
    max_concurrent_count: int | None = None
    max_concurrent_percentage: int | None = None
    concurrency_mode: str | None = None

    def __post_init__(self) -> None:
        """Refuse a limit that is given twice."""
        _require_one_of(
            FailureToleranceCount=self.failure_tolerance_count,
            FailureTolerancePercentage=self.failure_tolerance_percentage,
        )
        _require_one_of(
            MaxConcurrentCount=self.max_concurrent_count,
            MaxConcurrentPercentage=self.max_concurrent_percentage,
        )

    @property
    def parallel(self) -> bool:
        """Whether all regions are worked on at once."""
        return self.region_concurrency_type == PARALLEL

    def ordered(self, regions: Sequence[str]) -> list[str]:
        """Put the regions into the order asked for; those not named keep theirs and come last."""
        named = [region for region in dict.fromkeys(self.region_order) if region in regions]
        return [*named, *(region for region in dict.fromkeys(regions) if region not in named)]

    def tolerance(self, accounts: int) -> int:
        """Count the accounts of one region that may fail; a percentage rounds down."""
        if self.failure_tolerance_percentage is not None:
            return accounts * self.failure_tolerance_percentage // 100
        return self.failure_tolerance_count or 0

    def concurrency(self, accounts: int, *, failures: int) -> int:
        """Count the accounts of one region that may be worked on at once.

        A percentage rounds down, but never below one. STRICT_FAILURE_TOLERANCE, the default,
        starts with no more than the tolerance plus one and gives up one for each failure, so
        that never more than the tolerance plus one can fail.
        """
        limit = self.max_concurrent_count or 1
        if self.max_concurrent_percentage is not None:
            limit = max(1, accounts * self.max_concurrent_percentage // 100)
        if self.concurrency_mode == SOFT_FAILURE_TOLERANCE:
            return limit
        return min(limit, self.tolerance(accounts) + 1 - failures)


def _require_one_of(**given: int | None) -> None:
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        values = " and ".join(f"{name}={given[name]}" for name in names)
        raise validation_error(f"Specify either {' or '.join(names)}, but not both; got {values}")
