"""Reads composite alarms: their rules, the alarms that these name, and what suppresses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.topology.alerting.alarm_metrics import (
    has_actions,
    topics_of_actions,
)
from payment_templates.evidence.topology.alerting.alarm_rules import (
    Rule,
    UndecidedRuleError,
    alarms_in,
    parse_rule,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


@dataclass(frozen=True, kw_only=True)
class CompositeAlarm:
    """An alarm on the states of other alarms."""

    logical_id: str
    # Why the alarm cannot be evaluated, with the property; empty if it can.
    unread: str
    # Why its state is not decided here although CloudWatch may accept its rule; empty if it is.
    undecided: str
    name: str
    rule: Rule
    # The logical ID of each alarm that its rule names, by that name; None if it is not in the
    # stack.
    children: dict[str, str | None]
    topics: tuple[str, ...]
    # Whether it does anything in ALARM, also elsewhere: another topic, a function.
    acts: bool
    # The alarm that keeps it from acting while it is in ALARM, as the template names it; empty
    # without one.
    suppressor: str
    # How long it waits for the suppressor before it acts, and after the suppressor leaves ALARM.
    wait_seconds: float
    extension_seconds: float


def read_composite_alarms(stack: Stack) -> tuple[CompositeAlarm, ...]:
    """Read every composite alarm."""
    found = stack.of_type("AWS::CloudWatch::CompositeAlarm")
    if not found:
        return ()
    names = _names(stack)
    return tuple(_alarm(stack, resource, names) for resource in found)


def _names(stack: Stack) -> dict[str, str]:
    """Return the logical ID of each alarm by what can name it: a reference, its name or its ARN.

    An ARN with another region or account is another alarm, even with the same name. A rule accepts
    no such alarm:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
    """
    names: dict[str, str] = {}
    prefix = f"arn:{stack.partition}:cloudwatch:{stack.region}:{ACCOUNT}:alarm:"
    for resource in stack.of_type(*_ALARMS):
        own = resource.logical_id
        names |= {f"${{{own}.Arn}}": own}
        for name in filter(None, (f"${{{own}}}", name_of(resource))):
            names |= {name: own, f"{prefix}{name}": own}
    return names


def _alarm(stack: Stack, resource: StackResource, names: dict[str, str]) -> CompositeAlarm:
    fields = resource.properties
    rule, unread, undecided = _rule(resource)
    suppressor = fields.text("ActionsSuppressor")
    named = {it.alarm for it in alarms_in(rule)} | ({suppressor} if suppressor else set[str]())
    return CompositeAlarm(
        logical_id=resource.logical_id,
        unread=unread,
        undecided=undecided,
        name=fields.text("AlarmName"),
        rule=rule,
        children={text: names.get(text) for text in sorted(named)},
        topics=topics_of_actions(stack, fields),
        acts=has_actions(fields),
        suppressor=suppressor,
        wait_seconds=fields.number("ActionsSuppressorWaitPeriod") if suppressor else 0,
        extension_seconds=fields.number("ActionsSuppressorExtensionPeriod") if suppressor else 0,
    )


def _rule(resource: StackResource) -> tuple[Rule, str, str]:
    """Return the rule, or FALSE and why CloudWatch refuses it, or why it is not decided here."""
    fields = resource.properties
    text = fields.text("AlarmRule")
    try:
        return parse_rule(text, f"{fields.place}.AlarmRule"), "", ""
    except UndecidedRuleError as error:
        return False, "", str(error)
    except UnexpectedValueError as error:
        return False, str(error), ""
