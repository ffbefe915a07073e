"""Reads composite alarms: their rules, the alarms that these name, and what suppresses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.topology.alerting.alarm_rules import Rule, alarms_in, parse_rule
from payment_templates.evidence.topology.alerting.alarms import topics_of_actions

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


@dataclass(frozen=True, kw_only=True)
class CompositeAlarm:
    """An alarm on the states of other alarms."""

    logical_id: str
    # Why the alarm cannot be evaluated, with the property; empty if it can.
    unread: str
    name: str
    rule: Rule
    # The logical ID of each alarm that its rule names, by that name; None if it is not in the
    # stack.
    children: dict[str, str | None]
    topics: tuple[str, ...]
    # The alarm that keeps it from acting while it is in ALARM, as the template names it; empty
    # without one.
    suppressor: str
    # How long it waits for the suppressor before it acts.
    wait_seconds: float


def read_composite_alarms(stack: Stack) -> tuple[CompositeAlarm, ...]:
    """Read every composite alarm."""
    found = stack.of_type("AWS::CloudWatch::CompositeAlarm")
    if not found:
        return ()
    names = _names(stack)
    return tuple(_alarm(stack, resource, names) for resource in found)


def alarm_named(names: dict[str, str], text: str) -> str | None:
    """Return the logical ID of an alarm that is named by a reference, its name or its ARN."""
    return names.get(text) or names.get(text.rpartition(":alarm:")[2])


def _names(stack: Stack) -> dict[str, str]:
    names: dict[str, str] = {}
    for resource in stack.of_type(*_ALARMS):
        own = resource.logical_id
        names |= {f"${{{own}}}": own, f"${{{own}.Arn}}": own}
        if name := name_of(resource):
            names[name] = own
    return names


def _alarm(stack: Stack, resource: StackResource, names: dict[str, str]) -> CompositeAlarm:
    fields = resource.properties
    rule, unread = _rule(resource)
    suppressor = fields.text("ActionsSuppressor")
    named = {it.alarm for it in alarms_in(rule)} | ({suppressor} if suppressor else set[str]())
    return CompositeAlarm(
        logical_id=resource.logical_id,
        unread=unread,
        name=fields.text("AlarmName"),
        rule=rule,
        children={text: alarm_named(names, text) for text in sorted(named)},
        topics=topics_of_actions(stack, fields),
        suppressor=suppressor,
        wait_seconds=fields.number("ActionsSuppressorWaitPeriod") if suppressor else 0,
    )


def _rule(resource: StackResource) -> tuple[Rule, str]:
    """Return the rule, or FALSE and why it cannot be read."""
    fields = resource.properties
    text = fields.text("AlarmRule")
    try:
        return parse_rule(text, f"{fields.place}.AlarmRule"), ""
    except UnexpectedValueError as error:
        return False, str(error)
