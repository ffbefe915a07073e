"""Which rules of composite alarms are read, and when they are true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.topology.alerting.alarm_rules import (
    InState,
    UndecidedRuleError,
    alarms_in,
    constant_of,
    holds,
    parse_rule,
)

if TYPE_CHECKING:
    from payment_templates.evidence.topology.alerting.alarm_rules import State

ARN = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:cpu"


def state_of(alarm: str) -> State:
    states: dict[str, State] = {"bad": "ALARM", "new": "INSUFFICIENT_DATA", ARN: "ALARM"}
    return states.get(alarm, "OK")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALARM(bad)", True),
        ('ALARM("bad")', True),
        (f"ALARM({ARN})", True),
        ("OK(bad)", False),
        ("INSUFFICIENT_DATA( new )", True),
        ("ALARM(bad) AND NOT ALARM(good)", True),
        ("ALARM(bad) AND ALARM(good)", False),
        ("ALARM(good) OR ALARM(bad)", True),
        ("(ALARM(good) OR ALARM(bad)) AND OK(good)", True),
        ("NOT (ALARM(good) OR ALARM(bad))", False),
        ("NOT NOT ALARM(bad)", True),
        ("TRUE", True),
        ("false", False),
        ("\n  ALARM(bad)\n  OR FALSE\n", True),
    ],
)
def test_rule_holds(text: str, *, expected: bool) -> None:
    assert holds(parse_rule(text, "Alarm"), state_of) is expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "lacks an alarm"),
        ("bad", "refuses the rule"),
        ("ALARM()", "refuses the rule"),
        ("BROKEN(bad)", "refuses the rule"),
        ("ALARM(bad) AND", "lacks an alarm"),
        ("AND ALARM(bad)", "lacks an alarm"),
        ("ALARM(bad) ALARM(good)", "ends before its last part"),
        ("(ALARM(bad)", "open parenthesis"),
        ("ALARM(bad))", "ends before its last part"),
        (" AND ".join(f"ALARM(alarm-{number})" for number in range(101)), "longer than CloudWatch"),
        (" AND ".join(["TRUE"] * 501), "longer than CloudWatch"),
        (f"ALARM({'a' * 10_240})", "longer than CloudWatch"),
    ],
)
def test_rule_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UnexpectedValueError, match=problem):
        parse_rule(text, "Alarm")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("AT_LEAST(2, ALARM, (a, b, c))", "the function AT_LEAST is not read here"),
        ("ALARM(a) OR AT_LEAST(50%, NOT OK, (b, c))", "the function AT_LEAST is not read here"),
        ("ALARM(a) AND ALARM(b) OR ALARM(c)", "documents no precedence"),
    ],
)
def test_rule_is_not_decided(text: str, problem: str) -> None:
    with pytest.raises(UndecidedRuleError, match=problem) as caught:
        parse_rule(text, "Alarm")

    assert "refuses" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TRUE", True),
        ("NOT TRUE", False),
        ("ALARM(a)", None),
        ("FALSE AND ALARM(a)", False),
        ("TRUE OR ALARM(a)", True),
        ("TRUE AND ALARM(a)", None),
        ("FALSE OR ALARM(a)", None),
        ("NOT ALARM(a)", None),
        ("TRUE AND TRUE", True),
        ("ALARM(never) OR FALSE", False),
    ],
)
def test_rule_is_constant(text: str, *, expected: bool | None) -> None:
    rule = parse_rule(text, "Alarm")

    assert constant_of(rule, lambda it: False if it.alarm == "never" else None) is expected


def test_rule_may_be_as_long_as_cloudwatch_accepts() -> None:
    rule = parse_rule(" OR ".join(f"ALARM(alarm-{number})" for number in range(100)), "Alarm")

    assert len([*alarms_in(rule)]) == 100


def test_rule_names_its_alarms_with_their_states() -> None:
    rule = parse_rule("ALARM(a) AND NOT (OK(b) OR TRUE)", "Alarm")

    assert [*alarms_in(rule)] == [
        InState(alarm="a", state="ALARM"),
        InState(alarm="b", state="OK"),
    ]
