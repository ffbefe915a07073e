"""Reads the rules that mute the actions of alarms, and whether they mute them all the time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.facts.timings import DAY_SECONDS

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
# botocore cloudwatch, PutAlarmMuteRule: cron(minutes hours day-of-month month day-of-week), and an
# ISO 8601 duration such as P2DT12H.
_CRON = re.compile(r"cron\(\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*\)")
_ONCE = re.compile(r"at\((.+)\)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_MINUTE_SECONDS, _HOUR_SECONDS = 60, 3600
_EVERY = {"*", "?"}


@dataclass(frozen=True, kw_only=True)
class MuteRule:
    """A rule that keeps alarms from their actions while it is active."""

    logical_id: str
    # The logical IDs of the alarms of the stack that it mutes.
    alarms: tuple[str, ...]
    # Whether it is active all the time.
    always: bool
    # When it is active, in words.
    window: str


def read_mute_rules(stack: Stack) -> tuple[MuteRule, ...]:
    """Read the rules that mute alarms of the stack."""
    return tuple(_rule(stack, it) for it in stack.of_type("AWS::CloudWatch::AlarmMuteRule"))


def always_muted_by(stack: Stack, alarm: str) -> str:
    """Return the rule that mutes an alarm all the time, or ""."""
    rules = (rule for rule in read_mute_rules(stack) if rule.always and alarm in rule.alarms)
    return next((rule.logical_id for rule in rules), "")


def _rule(stack: Stack, resource: StackResource) -> MuteRule:
    fields = resource.properties
    named = fields.child("MuteTargets").values("AlarmNames")
    found = (stack.find(value, *_ALARMS) for value in named)
    return MuteRule(
        logical_id=resource.logical_id,
        alarms=tuple(alarm.logical_id for alarm in found if alarm),
        window=_window(fields),
        always=not any(name in fields for name in ("StartDate", "ExpireDate"))
        and _is_endless(fields.child("Rule").child("Schedule")),
    )


def _window(fields: Properties) -> str:
    """Return when a rule is active.

    One that has expired mutes nothing, but no finding depends on the date of today: the reader sees
    the dates of the rule.
    """
    schedule = fields.child("Rule").child("Schedule")
    expression, lasts = schedule.text("Expression").strip(), schedule.text("Duration").strip()
    once = _ONCE.fullmatch(expression)
    words = [f"once, at {once[1]}" if once else expression, f"for {lasts}"]
    for name, word in (("StartDate", "from"), ("ExpireDate", "until")):
        if name in fields:
            words.append(f"{word} {fields.text(name)}")
    return " ".join(words)


def _is_endless(schedule: Properties) -> bool:
    """Return whether a window certainly lasts until the next one begins."""
    cron = _CRON.fullmatch(schedule.text("Expression").strip())
    lasts = _DURATION.fullmatch(schedule.text("Duration").strip())
    if not cron or not lasts:
        return False
    days, hours, minutes = (int(each or 0) for each in lasts.groups())
    seconds = days * DAY_SECONDS + hours * _HOUR_SECONDS + minutes * _MINUTE_SECONDS
    minute, hour, *dates = cron.groups()
    if not {*dates[:2]} <= _EVERY:
        return False
    if dates[2] not in _EVERY:
        # At least once a week.
        return seconds >= 7 * DAY_SECONDS
    if hour not in _EVERY:
        return seconds >= DAY_SECONDS
    return seconds >= (_MINUTE_SECONDS if minute in _EVERY else _HOUR_SECONDS)
