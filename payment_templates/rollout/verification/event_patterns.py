"""Asks EventBridge whether each rule of the stack matches the events that evidence expects."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from payment_templates.evidence import expected_events
from payment_templates.facts.events import NUMBER_FIELDS
from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.verification.finding import Finding, ask, decided, not_asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.evidence import ExpectedEvent
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

CHECK = "event patterns"
_RULE = "AWS::Events::Rule"
# References in the texts of a sample event.
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
# Every other field of these events has one value:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-cloudwatch-events.sample.html
_LISTS = frozenset({"resources", "EventCategories"})
_LISTS_OF_OBJECTS = frozenset({"containers"})
_REMEDIATION = "compare the rule with the template: run drift"


class _UnknownFieldError(Exception):
    """A field of an event whose value only AWS knows."""


def check_event_patterns(deployed: DeployedStack) -> Iterator[Finding]:
    """Ask for every rule and every event that evidence expects."""
    events = expected_events(deployed.topology)
    client = clients.impatient(deployed.session, "events", deployed.region)
    for member in deployed.of_type(_RULE):
        name = member.physical_id.rpartition("|")[2]
        own = [event for event in events if event.rule == member.logical_id]

        def question(name: str = name, own: Sequence[ExpectedEvent] = own) -> Iterator[Finding]:
            shown = client.describe_rule(Name=name)
            yield decided(
                confirmed=shown["State"] == "ENABLED",
                check=CHECK,
                asked=f"is {name} enabled?",
                assumed="ENABLED",
                answer=shown["State"],
                remediation=_REMEDIATION,
            )
            for event in own:
                yield from ask(
                    CHECK,
                    _asked(name, event),
                    _assumed(event),
                    partial(_test, client, deployed, name, shown, event),
                )

        yield from ask(CHECK, f"what does {name} match?", quantity(len(own), "event"), question)


def _test(
    client: Any,  # noqa: ANN401 - the stubs of EventBridge are not installed.
    deployed: DeployedStack,
    name: str,
    shown: Mapping[str, Any],
    event: ExpectedEvent,
) -> Iterator[Finding]:
    asked, assumed = _asked(name, event), _assumed(event)
    if event.reported is None:
        reason = "the template does not decide whether it matches"
        yield not_asked(check=CHECK, asked=asked, assumed=assumed, reason=reason)
        return
    try:
        document = _object(deployed, event.event)
    except _UnknownFieldError as error:
        reason = f"the value of {error} is not known"
        yield not_asked(check=CHECK, asked=asked, assumed=assumed, reason=reason)
        return
    # A rule with a schedule has no pattern, and matches no event.
    found: bool = (
        "EventPattern" in shown
        and client.test_event_pattern(
            EventPattern=shown["EventPattern"], Event=json.dumps(document)
        )["Result"]
    )
    yield decided(
        confirmed=found is event.reported,
        check=CHECK,
        asked=asked,
        assumed=assumed,
        answer=_answer(reported=found),
        remediation=_REMEDIATION,
    )


def _asked(name: str, event: ExpectedEvent) -> str:
    return f"does {name} match {event.what}?"


def _assumed(event: ExpectedEvent) -> str:
    return "undecided" if event.reported is None else _answer(reported=event.reported)


def _answer(*, reported: bool) -> str:
    return "matches" if reported else "does not match"


def _object(deployed: DeployedStack, fields: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            one = _object(deployed, cast("Mapping[str, Any]", value))
            found[name] = [one] if name in _LISTS_OF_OBJECTS else one
        elif name in _LISTS:
            found[name] = [_text(deployed, name, value)] if value else []
        elif value:
            text = _text(deployed, name, value)
            found[name] = int(text) if name in NUMBER_FIELDS else text
    return found


def _text(deployed: DeployedStack, name: str, spellings: Sequence[str]) -> str:
    """Return the first spelling whose references are known, as AWS writes it in this account."""
    ids = deployed.physical_ids
    # Not every account in an ARN: a copy of a backup may go to another one.
    example = deployed.topology.stack.account or deployed.account
    for text in spellings:
        known = _REFERENCE.sub(lambda match: ids.get(match[1], match[0]), text)
        if "${" not in known:
            return known.replace(example, deployed.account)
    raise _UnknownFieldError(name)
