"""The state in which each alarm of a healthy stack is expected."""

from __future__ import annotations

import pytest

from payment_templates.evidence import expected_alarms
from tests.evidence.changes import cut, put
from tests.evidence.global_database import HOME, OTHER, WRITER_ALARM, topology, watching

_JOINT = "DatabaseSilentAlarm.Properties"
_LAG = {"ReplicationLagAlarm", "ReplicationLagOfSourceAlarm"}
_QUIET = (
    *(cut(f"{WRITER_ALARM}.{name}") for name in ("AlarmActions", "OKActions")),
    put(f"{WRITER_ALARM}.TreatMissingData", "breaching"),
)


@pytest.mark.parametrize("region", [HOME, OTHER])
@pytest.mark.parametrize(("writes", "silent"), [(True, _LAG), (False, {"DatabaseFailoverAlarm"})])
def test_alarms_without_data_depend_on_the_role_of_the_region(
    region: str, *, writes: bool, silent: set[str]
) -> None:
    found = expected_alarms(topology(region=region), writes=writes)

    assert {one.logical_id for one in found if one.state == "INSUFFICIENT_DATA"} == silent
    assert {one.state for one in found if one.logical_id not in silent} == {"OK"}
    assert {one.read_by for one in found} == {()}


def test_alarm_without_actions_names_what_reads_it() -> None:
    both = "ALARM(${DatabaseFailoverAlarm}) AND INSUFFICIENT_DATA(${ReplicationLagAlarm})"
    copy = topology(*_QUIET, put(f"{_JOINT}.AlarmRule", {"Fn::Sub": both}), region=OTHER)

    (one,) = [
        it for it in expected_alarms(copy, writes=False) if it.logical_id == "DatabaseFailoverAlarm"
    ]

    assert (one.state, one.read_by) == ("ALARM", ("DatabaseSilentAlarm",))


def test_alarm_that_reports_nothing_is_not_expected_in_alarm() -> None:
    copy = topology(*_QUIET, put(f"{_JOINT}.AlarmRule", "FALSE"), region=OTHER)

    found = {it.logical_id: it for it in expected_alarms(copy, writes=False)}

    assert found["DatabaseFailoverAlarm"].state == "OK"


def test_state_that_aws_does_not_document_is_open() -> None:
    found = expected_alarms(topology(*watching("connections + (lag >= 0)")), writes=True)

    undecided = {it.logical_id for it in found if it.state is None}
    assert undecided == {"DatabaseFailoverAlarm", "DatabaseSilentAlarm"}
