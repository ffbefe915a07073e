"""Decides which event rules and event subscriptions report the symptoms of a fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.event_patterns import surely_matches
from payment_templates.evidence.alerting.symptom import Case, Reports
from payment_templates.evidence.reuse import interned, reused
from payment_templates.evidence.topology.alerting.events import EVENTBRIDGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.alerting.symptom import Sent, Symptom
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.events import EventPath

# The source types in RDS events, and the same in event subscriptions:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
_SOURCE_TYPES = {"CLUSTER": "db-cluster", "DB_INSTANCE": "db-instance"}


def reports_of(topology: Topology, send: Callable[..., Iterable[Sent]], *about: object) -> Reports:
    """Return the symptoms that `send(topology, *about)` returns, with what reports them."""

    def reports() -> Reports:
        return reports_on(topology, send(topology, *about))

    return reused(topology.stack, reports, send, *about)


def reports_on(topology: Topology, sent: Iterable[Sent]) -> Reports:
    """Return symptoms with what reports them; their events are not stored."""
    pairs = tuple(sent)
    try:
        paths = topology.event_paths
    except UnexpectedValueError:
        # `event_paths` reads the rules too, and raises the same error.
        paths = ()
    symptoms = tuple(symptom for symptom, _ in pairs)
    first = tuple(_first(path, pairs) for path in paths)
    return interned(topology.stack, Reports(symptoms=symptoms, first=first), symptoms, first)


def case_of(topology: Topology, name: str, *reports: Reports) -> Case:
    """Return a case of a fault, the same object for the same."""
    return interned(topology.stack, Case(name=name, reports=reports), name, *reports)


def rules_with_topic(topology: Topology, *, elsewhere: bool = False) -> Iterator[EventPath]:
    """Yield the event rules that notify a topic of the stack, or with `elsewhere` anything.

    Whether the topic delivers is a promise of its own.
    """
    for path in topology.event_paths:
        is_rule = path.publisher == EVENTBRIDGE and path.pattern.entries and path.topics
        if is_rule and (elsewhere or any(name in topology.topics for name in path.topics)):
            yield path


def _first(path: EventPath, pairs: tuple[Sent, ...]) -> Symptom | UnexpectedValueError | None:
    try:
        # All are compared, so that an undecided one is noticed.
        found = [
            symptom for symptom, event in pairs if not symptom.blocked and _reports(path, event)
        ]
    except UnexpectedValueError as error:
        return error.with_traceback(None)
    return found[0] if found else None


def _reports(path: EventPath, event: Event) -> bool:
    if path.publisher == EVENTBRIDGE:
        return surely_matches(path.pattern, event)
    detail = event["detail"]
    if not isinstance(detail, Mapping) or event["source"] != ("aws.rds",):
        return False
    (kind,) = detail["SourceType"]
    return (
        path.source_type in {"", _SOURCE_TYPES[str(kind)]}
        and (not path.sources or bool(set(path.sources) & set(detail["SourceIdentifier"])))
        and (not path.kinds or bool(set(path.kinds) & set(detail["EventCategories"])))
    )
