"""Decides how a deployment of a bad version is detected and rolled back."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_delay import alarm_path
from payment_templates.evidence.recovery.capacity import capacity_of
from payment_templates.evidence.recovery.chain import (
    NOTHING,
    OPEN,
    Chain,
    Step,
    Time,
    seconds,
    step,
)
from payment_templates.evidence.recovery.data_loss import loss_by_bad_version, loss_within_region
from payment_templates.evidence.recovery.recovery import APPLICATION, Recovery
from payment_templates.facts.recovery import (
    BREAKER_LEAST,
    BREAKER_MOST,
    BREAKER_SHARE,
    CIRCUIT_BREAKER,
    DEPLOYMENT_ALARMS,
    ROLLING_UPDATE,
)

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm
    from payment_templates.evidence.topology.compute.service import Service

_ALARM = "AWS::CloudWatch::Alarm"


def failing_deployment(topology: Topology, service: Service) -> Recovery:
    """Return the recovery from a deployment whose tasks never become healthy."""
    left = min(service.fewest_healthy, service.desired)
    how = (
        f"{left} of {service.desired} old tasks keep running: minimum healthy percent "
        f"{service.minimum_healthy_percent:g}"
    )
    time = NOTHING if left else OPEN
    stays = step("the old tasks keep running", time, time, time, how=how, source=ROLLING_UPDATE)
    lost = {service.logical_id: service.desired - left}
    return Recovery(
        kind=APPLICATION,
        fault=f"a deployment of {service.logical_id} whose tasks fail",
        chains=(
            Chain(what="requests", steps=(stays,)),
            Chain(what="full capacity", steps=(_rollback(service),), counts=False),
        ),
        loss=loss_within_region(topology),
        capacity=capacity_of(topology, lost, blocked=not service.circuit_breaker),
    )


def passing_deployment(topology: Topology, service: Service) -> Recovery:
    """Return the recovery from a deployment that passes its health checks but is faulty."""
    steps = (_noticed(topology, service), _rolled_back())
    return Recovery(
        kind=APPLICATION,
        fault=f"a deployment of {service.logical_id} that passes its checks but is faulty",
        chains=(Chain(what="requests", steps=steps),),
        loss=loss_by_bad_version(topology),
        capacity=capacity_of(topology, {service.logical_id: service.desired}, blocked=False),
    )


def _rollback(service: Service) -> Step:
    what = "the circuit breaker rolls back"
    if not service.circuit_breaker:
        how = "no circuit breaker with rollback: ECS keeps trying"
        return step(what, OPEN, OPEN, OPEN, how=how, source=CIRCUIT_BREAKER)
    share = ceil(service.desired * BREAKER_SHARE)
    failures = min(max(share, BREAKER_LEAST), BREAKER_MOST)
    how = f"after {failures} failed tasks; AWS states no time"
    return step(what, NOTHING, OPEN, OPEN, how=how, source=CIRCUIT_BREAKER)


def _noticed(topology: Topology, service: Service) -> Step:
    what = "an alarm of the deployment fires"
    alarms = _deployment_alarms(topology, service)
    if not alarms:
        how = "no alarm watches the deployment: an operator must notice it"
        return step(what, OPEN, OPEN, OPEN, how=how, source=DEPLOYMENT_ALARMS)
    paths = [alarm_path(topology, alarm) for alarm in alarms]
    best = min(path.best_seconds for path in paths)
    bounds = [path.worst_seconds for path in paths if path.worst_seconds is not None]
    worst = seconds(min(bounds)) if bounds else Time(seconds=best, bounded=False)
    typical = Time(seconds=(best + worst.seconds) / 2, bounded=worst.bounded)
    how = "; ".join(path.arithmetic for path in paths)
    return step(what, seconds(best), typical, worst, how=how, source=DEPLOYMENT_ALARMS)


def _deployment_alarms(topology: Topology, service: Service) -> list[Alarm]:
    """Return the alarms of the stack that make ECS roll back a deployment."""
    fields = topology.stack.resources[service.logical_id].properties
    settings = fields.child("DeploymentConfiguration").child("Alarms")
    if not (settings.flag("Enable") and settings.flag("Rollback")):
        return []
    found = (topology.stack.find(name, _ALARM) for name in settings.values("AlarmNames"))
    names = {alarm.logical_id for alarm in found if alarm}
    return [alarm for alarm in topology.alarms if alarm.logical_id in names]


def _rolled_back() -> Step:
    how = "AWS states no time"
    return step(
        "ECS rolls back to the old version", NOTHING, OPEN, OPEN, how=how, source=ROLLING_UPDATE
    )
