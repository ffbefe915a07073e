from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from payment_templates.cloudformation import read_template
from payment_templates.rollout.progress.events import Event
from payment_templates.rollout.progress.forecast import OperationProgress, track_progress

_TEMPLATE = read_template(Path(__file__).parents[3] / "output" / "TapStack.json")
_TYPES = {name: entry.type for name, entry in _TEMPLATE.resources.items()}
_NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def progress() -> OperationProgress:
    return track_progress(_TEMPLATE, _TYPES, _TYPES)


def _event(name: str, status: str, seconds: int = 0) -> Event:
    return Event(
        event_id=f"{name}-{status}",
        stack_id="stack",
        logical_id=name,
        physical_id="",
        resource_type=_TYPES[name],
        status=status,
        reason="",
        at=_NOW + timedelta(seconds=seconds),
        token="",
    )


def test_creation_takes_as_long_as_key_cluster_and_three_instances(
    progress: OperationProgress,
) -> None:
    # Published averages: 122 + 222 + 3 * 595 seconds; the instances wait for each other.
    assert progress.forecast(_NOW).seconds_left == 2129


def test_complete_resource_needs_no_time(progress: OperationProgress) -> None:
    progress.update([_event("EncryptionKey", "CREATE_COMPLETE")])

    assert progress.forecast(_NOW).seconds_left == 2129 - 122


def test_running_resource_counts_its_remaining_time(progress: OperationProgress) -> None:
    progress.update([_event("EncryptionKey", "CREATE_IN_PROGRESS")])

    assert progress.forecast(_NOW + timedelta(seconds=100)).seconds_left == 2129 - 100


def test_slow_resource_has_no_negative_time(
    progress: OperationProgress,
) -> None:
    progress.update([_event("EncryptionKey", "CREATE_IN_PROGRESS")])

    assert progress.forecast(_NOW + timedelta(seconds=1000)).seconds_left == 2129 - 122


def test_complete_resources_are_counted(progress: OperationProgress) -> None:
    progress.update([_event("Vpc", "CREATE_COMPLETE"), _event("EncryptionKey", "CREATE_COMPLETE")])

    forecast = progress.forecast(_NOW)

    assert (forecast.done, forecast.total) == (2, len(_TYPES))


def test_update_without_creation_has_no_forecast() -> None:
    progress = track_progress(_TEMPLATE, {"TaskFailureAlarm": "AWS::CloudWatch::Alarm"}, ())

    assert progress.forecast(_NOW).seconds_left == 0
