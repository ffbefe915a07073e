import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from payment_templates.rehearsal.stack_sets.model.preferences import OperationPreferences
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Action,
    Operation,
    OperationStatus,
    Result,
    ResultStatus,
    Target,
)
from payment_templates.rehearsal.stack_sets.operations.schedule import (
    STOPPED,
    TOLERANCE_EXCEEDED,
    Job,
    run_job,
)

REGIONS = ("us-east-1", "us-west-2", "eu-west-1")


class Trial:
    """An operation on test targets, with a record of its attempts."""

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
        self.most_in_parallel: Counter[str] = Counter()
        self._in_parallel: Counter[str] = Counter()
        self._failing = frozenset(failing)
        self._stopped_by = stopped_by

    def run(self) -> OperationStatus:
        return asyncio.run(
            run_job(
                Job(
                    operation=self.operation,
                    start=lambda: None,
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
        self._in_parallel[target.region] += 1
        self.most_in_parallel |= self._in_parallel
        await asyncio.sleep(0)
        self._in_parallel[target.region] -= 1
        if target == self._stopped_by:
            self.operation.status = OperationStatus.STOPPING
        if target in self._failing:
            return Result(status=ResultStatus.FAILED, reason="failure")
        return Result(status=ResultStatus.SUCCEEDED)


def test_regions_are_processed_in_the_requested_order() -> None:
    trial = Trial(OperationPreferences(region_order=("eu-west-1", "us-west-2", "us-east-1")))

    status = trial.run()

    assert status == OperationStatus.SUCCEEDED
    assert [target.region for target in trial.attempts] == [
        "eu-west-1",
        "us-west-2",
        "us-east-1",
    ]


def test_failure_above_the_tolerance_cancels_later_regions() -> None:
    trial = Trial(OperationPreferences(), failing=[Target("0" * 12, "us-west-2")])

    status = trial.run()

    assert status == OperationStatus.FAILED
    assert [trial.results(region) for region in REGIONS] == [
        ["SUCCEEDED"],
        ["FAILED"],
        ["CANCELLED"],
    ]
    assert trial.operation.results[Target("0" * 12, "eu-west-1")].reason == TOLERANCE_EXCEEDED


def test_tolerated_failure_does_not_fail_the_operation() -> None:
    trial = Trial(
        OperationPreferences(failure_tolerance_count=1),
        accounts=3,
        failing=[Target("0" * 12, region) for region in REGIONS],
    )

    assert trial.run() == OperationStatus.SUCCEEDED


def test_parallel_regions_do_not_cancel_each_other() -> None:
    trial = Trial(
        OperationPreferences(region_concurrency_type="PARALLEL"),
        failing=[Target("0" * 12, "us-east-1")],
    )

    status = trial.run()

    assert status == OperationStatus.FAILED
    assert [trial.results(region) for region in REGIONS] == [
        ["FAILED"],
        ["SUCCEEDED"],
        ["SUCCEEDED"],
    ]


def test_stopped_operation_finishes_started_targets_and_cancels_the_rest() -> None:
    trial = Trial(OperationPreferences(), stopped_by=Target("0" * 12, "us-east-1"))

    status = trial.run()

    assert status == OperationStatus.STOPPED
    assert [trial.results(region) for region in REGIONS] == [
        ["SUCCEEDED"],
        ["CANCELLED"],
        ["CANCELLED"],
    ]
    assert trial.operation.results[Target("0" * 12, "eu-west-1")].reason == STOPPED


def test_internal_error_fails_only_the_target() -> None:
    trial = Trial(OperationPreferences())

    async def fail(target: Target) -> Result:
        raise OSError(target.region)

    status = asyncio.run(
        run_job(
            Job(
                operation=trial.operation,
                start=lambda: None,
                work=fail,
                record=trial.operation.results.__setitem__,
            )
        )
    )

    assert status == OperationStatus.FAILED
    assert trial.results("us-east-1") == ["FAILED"]


@st.composite
def trials(draw: st.DrawFn) -> Trial:
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
    return Trial(preferences, accounts=accounts, failing=draw(st.sets(st.sampled_from(targets))))


@given(trials())
def test_every_target_is_attempted_once_or_cancelled(trial: Trial) -> None:
    trial.run()

    ended = {
        target
        for target, result in trial.operation.results.items()
        if result.status in {ResultStatus.SUCCEEDED, ResultStatus.FAILED}
    }
    assert sorted(trial.attempts) == sorted(ended)
    assert trial.operation.count(ResultStatus.CANCELLED) == len(trial.operation.results) - len(
        ended
    )


@given(trials())
def test_concurrency_never_exceeds_the_preferences(trial: Trial) -> None:
    trial.run()

    accounts = len(trial.results(REGIONS[0]))
    limit = trial.operation.preferences.concurrency(accounts, failures=0)
    assert max(trial.most_in_parallel.values()) <= limit


@given(trials())
def test_operation_fails_if_and_only_if_a_region_exceeds_its_tolerance(trial: Trial) -> None:
    status = trial.run()

    failures = [trial.results(region).count("FAILED") for region in REGIONS]
    tolerance = trial.operation.preferences.tolerance(len(trial.results(REGIONS[0])))
    assert (status == OperationStatus.FAILED) == any(count > tolerance for count in failures)


@given(trials())
def test_strict_mode_limits_failures_to_the_tolerance_plus_one(trial: Trial) -> None:
    trial.run()

    strict = trial.operation.preferences.concurrency_mode != "SOFT_FAILURE_TOLERANCE"
    tolerance = trial.operation.preferences.tolerance(len(trial.results(REGIONS[0])))
    failures = [trial.results(region).count("FAILED") for region in REGIONS]
    assert not strict or max(failures) <= tolerance + 1
