"""Computes the concurrency and failure tolerance of an operation."""

from collections.abc import Sequence
from dataclasses import dataclass

from payment_templates.rehearsal.wire import validation_error

SEQUENTIAL = "SEQUENTIAL"
PARALLEL = "PARALLEL"
STRICT_FAILURE_TOLERANCE = "STRICT_FAILURE_TOLERANCE"
SOFT_FAILURE_TOLERANCE = "SOFT_FAILURE_TOLERANCE"


@dataclass(frozen=True, kw_only=True)
class OperationPreferences:
    """Order, concurrency and failure tolerance, as API StackSetOperationPreferences has them.

    Counts refer to accounts in one region, not to regions.
    """

    region_order: tuple[str, ...] = ()
    region_concurrency_type: str | None = None
    failure_tolerance_count: int | None = None
    failure_tolerance_percentage: int | None = None
    max_concurrent_count: int | None = None
    max_concurrent_percentage: int | None = None
    concurrency_mode: str | None = None

    def __post_init__(self) -> None:
        """Reject a limit given both as a count and as a percentage."""
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
        """Whether all regions are processed in parallel."""
        return self.region_concurrency_type == PARALLEL

    def ordered(self, regions: Sequence[str]) -> list[str]:
        """Sort the regions in the requested order; the others follow in their own order."""
        named = [region for region in dict.fromkeys(self.region_order) if region in regions]
        return [*named, *(region for region in dict.fromkeys(regions) if region not in named)]

    def tolerance(self, accounts: int) -> int:
        """Return how many accounts of one region may fail; a percentage rounds down."""
        if self.failure_tolerance_percentage is not None:
            return accounts * self.failure_tolerance_percentage // 100
        return self.failure_tolerance_count or 0

    def concurrency(self, accounts: int, *, failures: int) -> int:
        """Return how many accounts of one region may be processed in parallel.

        A percentage rounds down, but never below one. STRICT_FAILURE_TOLERANCE, the default,
        starts with at most the tolerance plus one and subtracts one per failure, so that at
        most the tolerance plus one can fail.
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
