"""Asks whether the stack is in the state that every promise starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.quantity import quantity
from payment_templates.rollout.region_move.serving_capacity import count_targets
from payment_templates.rollout.running_tasks import count_tasks
from payment_templates.rollout.subscriptions import SubscriptionStatus, find_subscription
from payment_templates.rollout.verification.expected_states import compare_alarms
from payment_templates.rollout.verification.finding import Finding, ask, decided, not_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.verification.deployed_stack import DeployedStack

CHECK = "running state"
_SERVICE, _TARGET_GROUP = "AWS::ECS::Service", "AWS::ElasticLoadBalancingV2::TargetGroup"
_HEALTHY = "healthy"
_ALARM_STATES = "which states are the alarms in?"
_EXPECTED = "the states of a healthy stack: OK, or no data where evidence expects none"


def check_running_state(deployed: DeployedStack) -> Iterator[Finding]:
    """Ask for the tasks, the targets, the subscriber and the alarms."""
    if deployed.of_type(_SERVICE):
        asked = "do all tasks run?"
        yield from ask(CHECK, asked, "as many as wanted", lambda: _tasks(deployed, asked))
    if deployed.of_type(_TARGET_GROUP):
        healthy = "are all targets healthy?"
        yield from ask(CHECK, healthy, _HEALTHY, lambda: _targets(deployed, healthy))
    subscribed = "is the subscription confirmed?"
    yield from ask(CHECK, subscribed, "confirmed", lambda: _subscription(deployed, subscribed))
    yield from ask(CHECK, _ALARM_STATES, _EXPECTED, lambda: _alarms(deployed))


def _tasks(deployed: DeployedStack, asked: str) -> Iterator[Finding]:
    tasks = count_tasks(deployed.session, deployed.region, deployed.state)
    assumed = "as many as wanted"
    if tasks is None:
        reason = "the service cannot be read, or is not in the stack's outputs"
        yield not_asked(check=CHECK, asked=asked, assumed=assumed, reason=reason)
        return
    yield decided(
        confirmed=tasks.running == tasks.wanted > 0,
        check=CHECK,
        asked=asked,
        assumed=assumed,
        answer=f"{tasks.running} run, {tasks.wanted} wanted",
        remediation="wait, and look at the service's events if it stays so",
    )


def _targets(deployed: DeployedStack, asked: str) -> Iterator[Finding]:
    targets = count_targets(deployed.session, deployed.region, deployed.state)
    if targets is None:
        reason = "the stack has no output TargetGroupArn"
        yield not_asked(check=CHECK, asked=asked, assumed=_HEALTHY, reason=reason)
        return
    yield decided(
        confirmed=targets.total() == targets[_HEALTHY] > 0,
        check=CHECK,
        asked=asked,
        assumed=_HEALTHY,
        answer=", ".join(f"{count} {state}" for state, count in sorted(targets.items()))
        or "there is no target",
        remediation="look at the health check of the target group, and at the logs of the tasks",
    )


def _subscription(deployed: DeployedStack, asked: str) -> Iterator[Finding]:
    found = find_subscription(deployed.session, deployed.region, deployed.state)
    if found is not None:
        yield decided(
            confirmed=found.status is SubscriptionStatus.CONFIRMED,
            check=CHECK,
            asked=asked,
            assumed="confirmed",
            answer=found.what,
            remediation=found.remediation,
        )


def _alarms(deployed: DeployedStack) -> Iterator[Finding]:
    compared = compare_alarms(deployed)
    different = [one for one in compared if one.is_contradicted]
    silent = [one.alarm.name for one in compared if one.notifies_no_one]
    yield decided(
        confirmed=not different,
        check=CHECK,
        asked=_ALARM_STATES,
        assumed=_EXPECTED,
        answer=", ".join(str(one) for one in different)
        or f"{quantity(sum(one.as_expected for one in compared), 'alarm is', 'alarms are')} so",
        remediation="an alarm without data cannot fire: look at its metric; one in ALARM reports a "
        "failure",
    )
    if undecided := [one for one in compared if not (one.as_expected or one.is_contradicted)]:
        yield not_asked(
            check=CHECK,
            asked=_ALARM_STATES,
            assumed=_EXPECTED,
            reason=f"{', '.join(str(one) for one in undecided)}, and the template does not decide "
            "whether that is normal",
            remediation="look at the metric of the alarm",
        )
    yield decided(
        confirmed=not silent,
        check=CHECK,
        asked="which alarms notify no one?",
        assumed="none",
        answer=", ".join(silent) or "none",
        remediation="enable the actions of the alarm: run drift",
    )
