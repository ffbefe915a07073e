import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from payment_templates.rehearsal.stack_sets.model import (
    Action,
    Operation,
    OperationStatus,
    Result,
    ResultStatus,
    Target,
)
from payment_templates.rehearsal.stack_sets.preferences import OperationPreferences
from payment_templates.rehearsal.stack_sets.schedule import (
    STOPPED,
    TOLERANCE_EXCEEDED,
    Job,
    work_through,
)

REGIONS = ("us-east-1", "us-west-2", "eu-west-1")


class Course:
    """An operation on made-up targets, and a record of how it went."""

    def __init__(
        self,
        preferences: OperationPreferences,
        *,
        accounts: int = 1,
        failing: Iterable[Target] = (),
        stopped_by: Target | None = None,
    ) -> None:
        self.operation = Operation(
            operation_id="operation",
            action=Action.CREATE,
            created_at=datetime.now(UTC),
            preferences=preferences,
            results={
                Target(f"{number:012}", region): Result(status=ResultStatus.PENDING)
                for region in REGIONS
                for number in range(accounts)
            },
            status=OperationStatus.RUNNING,
        )
        self.attempts: list[Target] = []
        self.most_at_once: Counter[str] = Counter()
        self._at_once: Counter[str] = Counter()
        self._failing = frozenset(failing)
        self._stopped_by = stopped_by

    def run(self) -> OperationStatus:
        return asyncio.run(
            work_through(
                Job(
                    operation=self.operation,
                    begin=lambda: None,
                    work=self._work,
                    record=self.operation.results.__setitem__,
                )
            )
        )

    def results(self, region: str) -> list[str]:
        return [
            result.status
            for target, result in self.operation.results.items()
            if target.region == region
        ]

    async def _work(self, target: Target) -> Result:
        self.attempts.append(target)
        self._at_once[target.region] += 1
        self.most_at_once |= self._at_once
        await asyncio.sleep(0)
        self._at_once[target.region] -= 1
        if target == self._stopped_by:
            self.operation.status = OperationStatus.STOPPING
        if target in self._failing:
            return Result(status=ResultStatus.FAILED, reason="told to fail")
        return Result(status=ResultStatus.SUCCEEDED)


def test_regions_are_worked_on_in_the_order_asked_for() -> None:
    course = Course(OperationPreferences(region_order=("eu-west-1", "us-west-2", "us-east-1")))

    status = course.run()

    assert status == OperationStatus.SUCCEEDED
    assert [target.region for target in course.attempts] == ["eu-west-1", "us-west-2", "us-east-1"]


def test_failure_that_is_not_tolerated_cancels_the_regions_after_it() -> None:
    course = Course(OperationPreferences(), failing=[Target("0" * 12, "us-west-2")])

    status = course.run()

    assert status == OperationStatus.FAILED
    assert [course.results(region) for region in REGIONS] == [
        ["SUCCEEDED"],
        ["FAILED"],
        ["CANCELLED"],
    ]
    assert course.operation.results[Target("0" * 12, "eu-west-1")].reason == TOLERANCE_EXCEEDED


def test_tolerated_failure_does_not_fail_the_operation() -> None:
    course = Course(
        OperationPreferences(failure_tolerance_count=1),
        accounts=3,
        failing=[Target("0" * 12, region) for region in REGIONS],
    )

    assert course.run() == OperationStatus.SUCCEEDED


def test_parallel_regions_do_not_cancel_each_other() -> None:
    course = Course(
        OperationPreferences(region_concurrency_type="PARALLEL"),
        failing=[Target("0" * 12, "us-east-1")],
    )

    status = course.run()

    assert status == OperationStatus.FAILED
    assert [course.results(region) for region in REGIONS] == [
        ["FAILED"],
        ["SUCCEEDED"],
        ["SUCCEEDED"],
    ]


def test_stopped_operation_ends_what_it_began_and_cancels_the_rest() -> None:
    course = Course(OperationPreferences(), stopped_by=Target("0" * 12, "us-east-1"))

    status = course.run()

    assert status == OperationStatus.STOPPED
    assert [course.results(region) for region in REGIONS] == [
        ["SUCCEEDED"],
        ["CANCELLED"],
        ["CANCELLED"],
    ]
    assert course.operation.results[Target("0" * 12, "eu-west-1")].reason == STOPPED


def test_fault_in_the_work_fails_the_target_and_not_the_server() -> None:
    course = Course(OperationPreferences())

    async def break_down(target: Target) -> Result:
        raise OSError(target.region)

    status = asyncio.run(
        work_through(
            Job(
                operation=course.operation,
                begin=lambda: None,
                work=break_down,
                record=course.operation.results.__setitem__,
            )
        )
    )

    assert status == OperationStatus.FAILED
    assert course.results("us-east-1") == ["FAILED"]


@st.composite
def courses(draw: st.DrawFn) -> Course:
    accounts = draw(st.integers(1, 6))
    percentage = draw(st.booleans())
    preferences = OperationPreferences(
        region_concurrency_type=draw(st.sampled_from([None, "SEQUENTIAL", "PARALLEL"])),
        concurrency_mode=draw(
            st.sampled_from([None, "STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE"])
        ),
        failure_tolerance_count=None if percentage else draw(st.integers(0, 4)),
        failure_tolerance_percentage=draw(st.integers(0, 100)) if percentage else None,
        max_concurrent_count=None if percentage else draw(st.integers(1, 6)),
        max_concurrent_percentage=draw(st.integers(1, 100)) if percentage else None,
    )
    targets = [Target(f"{number:012}", region) for region in REGIONS for number in range(accounts)]
    return Course(preferences, accounts=accounts, failing=draw(st.sets(st.sampled_from(targets))))


@given(courses())
def test_every_target_is_attempted_once_or_cancelled(course: Course) -> None:
    course.run()

    ended = {
        target
        for target, result in course.operation.results.items()
        if result.status in {ResultStatus.SUCCEEDED, ResultStatus.FAILED}
    }
    assert sorted(course.attempts) == sorted(ended)
    assert course.operation.count(ResultStatus.CANCELLED) == len(course.operation.results) - len(
        ended
    )


@given(courses())
def test_no_more_accounts_are_worked_on_at_once_than_the_preferences_allow(course: Course) -> None:
    course.run()

    accounts = len(course.results(REGIONS[0]))
    limit = course.operation.preferences.concurrency(accounts, failures=0)
    assert max(course.most_at_once.values()) <= limit


@given(courses())
def test_operation_fails_exactly_when_a_region_exceeds_its_tolerance(course: Course) -> None:
    status = course.run()

    failures = [course.results(region).count("FAILED") for region in REGIONS]
    tolerance = course.operation.preferences.tolerance(len(course.results(REGIONS[0])))
    assert (status == OperationStatus.FAILED) == any(count > tolerance for count in failures)


@given(courses())
def test_strict_mode_never_lets_more_fail_than_the_tolerance_plus_one(course: Course) -> None:
    course.run()

    strict = course.operation.preferences.concurrency_mode != "SOFT_FAILURE_TOLERANCE"
    tolerance = course.operation.preferences.tolerance(len(course.results(REGIONS[0])))
    failures = [course.results(region).count("FAILED") for region in REGIONS]
    assert not strict or max(failures) <= tolerance + 1
