"""An event pattern matches what EventBridge says that it matches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import (
    Properties,
    TemplateError,
    Unknown,
    UnknownValueError,
)
from payment_templates.evidence.alerting.event_patterns import matches

if TYPE_CHECKING:
    from payment_templates.cloudformation import Value
    from payment_templates.evidence.alerting.event_patterns import Event

EVENT: Event = {"source": ("aws.ecs",), "detail": {"lastStatus": ("STOPPED",), "group": ()}}


def is_matched(detail: Value) -> bool:
    return matches(Properties(place="Rule", entries={"detail": detail}), EVENT)


@pytest.mark.parametrize(
    "wanted",
    [
        "STOPPED",
        {"prefix": "STOP"},
        {"prefix": {"equals-ignore-case": "stop"}},
        {"suffix": "PED"},
        {"suffix": {"equals-ignore-case": "ped"}},
        {"wildcard": "S*P*D"},
        {"anything-but": {"wildcard": "R*"}},
        {"equals-ignore-case": "stopped"},
        {"anything-but": "RUNNING"},
        {"anything-but": ["RUNNING", "PENDING"]},
        {"anything-but": {"prefix": "RUN"}},
        {"exists": True},
    ],
    ids=json.dumps,
)
def test_operator_matches(wanted: Value) -> None:
    assert is_matched({"lastStatus": ["OTHER", wanted]})


@pytest.mark.parametrize(
    "wanted",
    [
        "stopped",
        {"prefix": "stop"},
        {"suffix": "ED "},
        {"wildcard": "S?OPPED"},
        {"anything-but": ["STOPPED", "RUNNING"]},
        {"anything-but": {"prefix": "STOP"}},
        {"anything-but": {"wildcard": ["*PED"]}},
        {"exists": False},
    ],
    ids=json.dumps,
)
def test_operator_does_not_match(wanted: Value) -> None:
    assert not is_matched({"lastStatus": [wanted]})


def test_one_of_several_patterns_is_enough() -> None:
    assert is_matched({"$or": [{"lastStatus": ["RUNNING"]}, {"lastStatus": ["STOPPED"]}]})
    assert not is_matched({"$or": [{"lastStatus": ["RUNNING"]}]})


def test_field_that_is_absent_matches_absence_alone() -> None:
    assert is_matched({"group": [{"exists": False}]})
    assert not is_matched({"group": [{"anything-but": "family"}]})


@pytest.mark.parametrize("wanted", ["STOPPED", [{"newer": [">", 1]}], [{}]], ids=json.dumps)
def test_what_is_not_known_is_an_error_with_its_place(wanted: Value) -> None:
    with pytest.raises(TemplateError, match=r"Rule\.detail\.lastStatus"):
        is_matched({"lastStatus": wanted})


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ({"cidr": "10.0.0.0/24"}, "10.0.0.7"),
        ({"cidr": "2001:db8::/32"}, "2001:db8::1"),
        ({"wildcard": r"a\*b*"}, "a*bc"),
        ({"anything-but": {"cidr": "10.0.0.0/24"}}, "10.0.1.7"),
    ],
    ids=str,
)
def test_addresses_and_escapes_match(wanted: Value, value: str) -> None:
    event: Event = {"detail": {"field": (value,)}}

    assert matches(Properties(place="Rule", entries={"detail": {"field": [wanted]}}), event)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        # A text, as in detail.bytesTransferred of AWS Backup.
        ({"numeric": [">", 0]}, "5"),
        ({"numeric": [">", 0]}, "STOPPED"),
        (111122223333, "111122223333"),
        ({"cidr": "10.0.0.0/24"}, "10.0.1.7"),
        ({"cidr": "10.0.0.0/24"}, "2001:db8::1"),
        ({"wildcard": r"a\*b"}, "acb"),
    ],
    ids=str,
)
def test_other_addresses_and_escapes_do_not(wanted: Value, value: str) -> None:
    event: Event = {"detail": {"field": (value,)}}

    assert not matches(Properties(place="Rule", entries={"detail": {"field": [wanted]}}), event)


@pytest.mark.parametrize(
    "wanted",
    [
        {"numeric": [">", 0, "<=", 7]},
        {"numeric": ["=", 7]},
        {"anything-but": [30, 45]},
        # A number has no first letter.
        {"anything-but": {"prefix": "7"}},
        {"anything-but": "7"},
        {"exists": True},
        7,
        7.0,
    ],
    ids=json.dumps,
)
def test_number_in_an_event_matches_a_number(wanted: Value) -> None:
    assert _matches_seven_days(wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        # The value of a parameter, even of the type Number.
        "7",
        {"numeric": ["<=", "30"]},
        {"anything-but": 7},
        {"prefix": "7"},
        {"suffix": "7"},
        {"wildcard": "*"},
        {"equals-ignore-case": "7"},
        {"exists": "true"},
        # EventBridge refuses them.
        {"numeric": ["<=", 30, ">", 0]},
        {"numeric": [">", 0, "<=", 30, "<", 45]},
        {"numeric": ["<="]},
        {"numeric": ["!=", 45]},
    ],
    ids=json.dumps,
)
def test_number_in_an_event_matches_no_text(wanted: Value) -> None:
    assert not _matches_seven_days(wanted)


def _matches_seven_days(wanted: Value) -> bool:
    event: Event = {"detail": {"DaysToExpiry": ("7",)}}
    return matches(Properties(place="Rule", entries={"detail": {"DaysToExpiry": [wanted]}}), event)


def test_unknown_entry_matches_nothing_for_certain() -> None:
    unknown = Unknown(reason="the parameter Status has no value", parameter="Status")

    assert is_matched({"lastStatus": [unknown, "STOPPED"]})
    with pytest.raises(UnknownValueError):
        is_matched({"lastStatus": [unknown]})
