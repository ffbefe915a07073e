"""Returns what evidence predicts for an experiment: detection, alert and recovery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence import examine, incidents_of

if TYPE_CHECKING:
    from payment_templates.evidence import Incident
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

# Any profile: the recoveries are the same for all.
_PROFILE = "any"
# The kind of fault of each experiment, by its logical ID.
FAULTS = {
    "NatLossExperiment": "NAT gateway",
    "TaskLossExperiment": "task",
    "WriterFailoverExperiment": "writer",
    "ZoneLossExperiment": "zone",
}
# FIS calls StopTask: ECS reports UserInitiated, which no rule takes for a failure. A task that
# fails by itself is reported by an event too.
_WITHOUT_EVENTS = frozenset({"TaskLossExperiment"})
ALARM = "alarm"


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A time that evidence predicts."""

    what: str
    # None if evidence states no limit.
    worst_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What evidence predicts for one fault; a part is None where it predicts nothing."""

    detection: Prediction | None
    alert: Prediction | None
    recovery: Prediction | None
    # Why evidence cannot say more; otherwise empty.
    unknown: str = ""


def predict(deployed: DeployedStack, experiment: str) -> Predictions:
    """Predict the course of an experiment."""
    shown = {name: str(value) for name, value in deployed.topology.stack.parameters.items()}
    try:
        examination = examine(
            deployed.template, region=deployed.region, parameters=shown, profile=_PROFILE
        )
        incidents = incidents_of(deployed.topology, examination.recoveries)
    except TemplateError as error:
        return Predictions(detection=None, alert=None, recovery=None, unknown=str(error))
    # The first one: the first zone, and the first NAT gateway, are those of the experiment.
    kind = FAULTS.get(experiment)
    found = [it for it in incidents if [fault.kind for fault in it.faults] == [kind]]
    if not found:
        reason = "evidence knows no such fault of this stack"
        return Predictions(detection=None, alert=None, recovery=None, unknown=reason)
    incident = found[0]
    return Predictions(
        detection=_first(incident, experiment, alarms_alone=True),
        alert=_first(incident, experiment, alarms_alone=False),
        recovery=_recovery(incident),
        unknown=incident.unknown,
    )


def _first(incident: Incident, experiment: str, *, alarms_alone: bool) -> Prediction | None:
    only_alarms = alarms_alone or experiment in _WITHOUT_EVENTS
    found = [it for it in incident.alerts if it.kind == ALARM or not only_alarms]
    timely = [it for it in found if not it.late] or found
    if not timely:
        return None
    first = timely[0]
    limits = [it.worst_seconds for it in timely if it.worst_seconds is not None]
    worst = min(limits, default=None)
    best = f"from {first.best_seconds:g} s"
    text = f"{first.resource} {best}" + ("" if worst is None else f", at worst {worst:g} s")
    return Prediction(what=f"{text}; {first.late}" if first.late else text, worst_seconds=worst)


def _recovery(incident: Incident) -> Prediction | None:
    spans = [it.span for it in incident.recoveries if it.span is not None]
    if not spans:
        return None
    worst = spans[0].worst
    return Prediction(what=str(spans[0]), worst_seconds=worst.seconds if worst.bounded else None)
