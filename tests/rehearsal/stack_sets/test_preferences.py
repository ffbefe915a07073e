import pytest

from payment_templates.rehearsal.stack_sets.model.preferences import OperationPreferences
from payment_templates.rehearsal.wire import ServiceError


def test_defaults_are_no_failures_and_one_account_at_a_time() -> None:
    preferences = OperationPreferences()

    assert preferences.tolerance(10) == 0
    assert preferences.concurrency(10, failures=0) == 1


@pytest.mark.parametrize(("percentage", "tolerated"), [(0, 0), (19, 1), (20, 2), (100, 10)])
def test_tolerated_percentage_rounds_down(percentage: int, tolerated: int) -> None:
    preferences = OperationPreferences(failure_tolerance_percentage=percentage)

    assert preferences.tolerance(10) == tolerated


@pytest.mark.parametrize(("percentage", "at_once"), [(1, 1), (19, 1), (29, 2), (100, 10)])
def test_concurrent_percentage_rounds_down_to_at_least_one(percentage: int, at_once: int) -> None:
    preferences = OperationPreferences(
        max_concurrent_percentage=percentage, concurrency_mode="SOFT_FAILURE_TOLERANCE"
    )

    assert preferences.concurrency(10, failures=0) == at_once


def test_strict_mode_subtracts_one_account_per_failure() -> None:
    preferences = OperationPreferences(max_concurrent_count=10, failure_tolerance_count=3)

    limits = [preferences.concurrency(20, failures=failures) for failures in range(5)]

    assert limits == [4, 3, 2, 1, 0]


def test_soft_mode_keeps_its_concurrency_after_failures() -> None:
    preferences = OperationPreferences(
        max_concurrent_count=10, concurrency_mode="SOFT_FAILURE_TOLERANCE"
    )

    assert preferences.concurrency(20, failures=3) == 10


def test_regions_not_in_the_order_come_last() -> None:
    preferences = OperationPreferences(region_order=("us-west-2", "us-east-1", "mars"))

    regions = preferences.ordered(["us-east-1", "eu-west-1", "us-west-2", "us-east-1"])

    assert regions == ["us-west-2", "us-east-1", "eu-west-1"]


def test_count_and_percentage_together_are_rejected() -> None:
    with pytest.raises(
        ServiceError, match="FailureToleranceCount=0 and FailureTolerancePercentage=5"
    ):
        OperationPreferences(failure_tolerance_count=0, failure_tolerance_percentage=5)
    with pytest.raises(ServiceError, match="MaxConcurrentCount=1 and MaxConcurrentPercentage=5"):
        OperationPreferences(max_concurrent_count=1, max_concurrent_percentage=5)
