"""Limits the values that a metric can have while a stack is healthy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, nextafter
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import dimension_target
from payment_templates.evidence.alerting.certificate_events import WARNING_DAYS
from payment_templates.facts.metrics import DAYS_TO_EXPIRY, METRICS

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Series
    from payment_templates.evidence.topology.compute.service import Service


@dataclass(frozen=True, kw_only=True)
class HealthyValues:
    """The values that a metric can have while a stack is healthy."""

    lowest: float
    highest: float
    # Whether it may also have no data.
    may_be_absent: bool = False
    # The service whose tasks it counts: all such metrics have the same value. Else empty.
    tasks_of: str = ""


_ANY = HealthyValues(lowest=-inf, highest=inf, may_be_absent=True)
_COUNT = HealthyValues(lowest=0, highest=inf)
_PERCENT = HealthyValues(lowest=0, highest=100)
_SERVICE_TASKS = {"DesiredTaskCount", "RunningTaskCount"}
# Without requests, a load balancer reports none of these:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
_OF_REQUESTS = {
    "HTTPCode_ELB_5XX_Count": HealthyValues(lowest=0, highest=0, may_be_absent=True),
    "HTTPCode_Target_5XX_Count": HealthyValues(lowest=0, highest=0, may_be_absent=True),
    "RequestCount": HealthyValues(lowest=0, highest=inf, may_be_absent=True),
    # In seconds: the specification calls responses over 1 s slow.
    "TargetResponseTime": HealthyValues(lowest=0, highest=nextafter(1, 0), may_be_absent=True),
}
_VALUES = {
    **_OF_REQUESTS,
    # In milliseconds, "usually much less than 100":
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html
    "AuroraReplicaLag": HealthyValues(lowest=0, highest=100),
    "CPUUtilization": _PERCENT,
    # In time, someone replaces a certificate about which AWS or an alarm warns.
    DAYS_TO_EXPIRY: HealthyValues(lowest=max(WARNING_DAYS) + 1, highest=inf),
    "EngineUptime": _COUNT,
    "HealthyHostCount": _COUNT,
    "MemoryUtilization": _PERCENT,
    "PendingTaskCount": _COUNT,
    **dict.fromkeys(_SERVICE_TASKS, _COUNT),
}


def healthy_values(topology: Topology, series: Series) -> HealthyValues:
    """Return the values that a metric can have while a stack is healthy; any if it is not known.

    A service runs as many tasks as it wants, and all are healthy targets. Scaling may want more.
    """
    if (series.namespace, series.metric) not in METRICS or series.account:
        return _ANY
    if series.statistic == "SampleCount":
        return HealthyValues(lowest=1, highest=inf)
    if service := _counted_service(topology, series):
        return _tasks_of(topology, service, series)
    known = _VALUES.get(series.metric, _ANY)
    if series.statistic == "Sum" and known.highest > 0:
        # It adds several data points.
        return replace(known, highest=inf)
    return known


def _tasks_of(topology: Topology, service: Service, series: Series) -> HealthyValues:
    # A sum adds several data points, and those of every node of a load balancer.
    if series.statistic == "Sum":
        return HealthyValues(lowest=1, highest=inf)
    most = max(service.desired, service.most)
    if "AvailabilityZone" in series.dimensions or not _counts_all(topology, series):
        return HealthyValues(lowest=min(1, most), highest=most)
    return HealthyValues(lowest=service.desired, highest=most, tasks_of=service.logical_id)


def _counts_all(topology: Topology, series: Series) -> bool:
    """Return whether a metric counts the tasks of all zones.

    Without cross-zone load balancing, each node counts the targets of its zone.
    """
    group = dimension_target(topology, series, "TargetGroup")
    names = {group.logical_id} if group else set[str]()
    return all(it.cross_zone for it in topology.target_groups if it.logical_id in names)


def _counted_service(topology: Topology, series: Series) -> Service | None:
    """Return the service whose tasks a metric counts; None if it counts something else."""
    if series.metric in _SERVICE_TASKS:
        found = dimension_target(topology, series, "ServiceName")
        names = {found.logical_id} if found else set[str]()
        return next((it for it in topology.services if it.logical_id in names), None)
    if series.metric != "HealthyHostCount":
        return None
    group = dimension_target(topology, series, "TargetGroup")
    users = [it for it in topology.services if group and group.logical_id in it.target_groups]
    return users[0] if len(users) == 1 else None
