"""Checks that every alarm notifies a subscriber."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.composite_readers import speaks_through
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.alerting.delivery import confirmation, delivery_problem
from payment_templates.evidence.alerting.suppressors import (
    only_suppresses,
    suppressions,
    why_always_suppressed,
)
from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.topology.alerting.events import CLOUDWATCH
from payment_templates.evidence.topology.alerting.mute_rules import read_mute_rules

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Every alarm notifies a confirmed subscriber", "Requirement 7", "Requirement 6")
def alerts_reach_subscribers(topology: Topology) -> Finding:
    """Check that every alarm can publish to a topic that has a subscriber.

    An alarm without any action is left out if another one acts because it goes to ALARM, or if it
    only suppresses another one, which must not be in ALARM all the time. Follows
    the alarm to its topic, the topic policy, the key policy and the subscription, past the rules
    that mute it, and says if a topic has a single endpoint:
    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """
    alarms = [
        it
        for it in every_alarm(topology)
        if not speaks_through(topology, it) and not only_suppresses(topology, it)
    ]
    if not alarms:
        return absent("there is no alarm")
    for alarm in alarms:
        if problem := delivery_problem(topology, alarm.topics, CLOUDWATCH, alarm.logical_id):
            return broken(f"{alarm.logical_id} sends no notification: {problem}")
        if problem := why_always_suppressed(topology, alarm):
            return broken(f"{alarm.logical_id} sends no notification: {problem}")
    topics = {
        name: topology.topics[name]
        for alarm in alarms
        for name in alarm.topics
        if name in topology.topics
    }
    lines = [
        f"{alarm.logical_id} -> {name} -> {', '.join(topics[name].subscribers)}"
        for alarm in alarms
        for name in alarm.topics
        if name in topics and topics[name].subscribers
    ]
    lines += [f"{name} -> {', '.join(it.programs)}" for name, it in topics.items() if it.programs]
    confirmed = confirmation(topics.values())
    names = {alarm.logical_id for alarm in alarms}
    for rule in read_mute_rules(topology.stack):
        if muted := sorted(names & {*rule.alarms}):
            confirmed += (
                f", except while {rule.logical_id} mutes {', '.join(muted)} ({rule.window})"
            )
    confirmed += "".join(f", except while {words}" for words in suppressions(alarms))
    alone = [
        name
        for name, topic in topics.items()
        if len(topic.subscribers) + len(topic.filtered) + len(topic.programs) == 1
    ]
    if alone:
        return conditional(f"{confirmed}; no other endpoint gets the alerts", *lines)
    if any(len(it.subscribers) + len(it.filtered) == 1 for it in topics.values()):
        more = "whether the other endpoint is a program that shows them is not in the template"
        return conditional(f"{confirmed}; {more}", *lines)
    return conditional(confirmed, *lines)
