"""Decides whether an alarm can ever fire: its metric, dimensions and periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.backups.plans import VAULT
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import reused
from payment_templates.facts.metrics import HEALTH_CHECK_REGION, METRICS, NAMESPACES, OWNED, UNITS
from payment_templates.facts.regions import ZONES
from payment_templates.facts.timings import DAY_SECONDS, METRIC_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series

_CLUSTER = "AWS::ECS::Cluster"
# The resource type and attribute that each dimension must refer to; "" is Ref, or the name.
_DIMENSIONS = {
    "BackupVaultName": (VAULT, ""),
    "ClusterName": (_CLUSTER, ""),
    "DBClusterIdentifier": ("AWS::RDS::DBCluster", ""),
    "DBInstanceIdentifier": ("AWS::RDS::DBInstance", ""),
    "HealthCheckId": ("AWS::Route53::HealthCheck", ""),
    "LoadBalancer": ("AWS::ElasticLoadBalancingV2::LoadBalancer", ".LoadBalancerFullName"),
    "RuleName": ("AWS::Events::Rule", ""),
    "ServiceName": ("AWS::ECS::Service", ".Name"),
    "TargetGroup": ("AWS::ElasticLoadBalancingV2::TargetGroup", ".TargetGroupFullName"),
}
# The dimensions whose value may be a literal name.
_NAMED = {
    *("BackupVaultName", "ClusterName", "DBClusterIdentifier", "DBInstanceIdentifier"),
    "ServiceName",
}
# The dimensions that name no resource of a type: AWS Backup's own names, such as Aurora, which AWS
# does not list, and certificates, most of which are not in the stack.
_FREE_DIMENSIONS = {"CertificateArn", "ResourceType"}
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
_ROLES = {"READER", "WRITER"}
# A dimension that names a resource of the stack, and nothing else.
_REFERENCE = re.compile(r"\$\{\w[\w.]*\}")
_ELSEWHERE = f"health check metrics exist only in {HEALTH_CHECK_REGION}"
# The longest evaluation range in seconds: a day for periods below an hour, else a week:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_HOUR_SECONDS, _WEEK_SECONDS = 3600, 7 * DAY_SECONDS


@dataclass(frozen=True, kw_only=True)
class _Names:
    """The resources that a dimension can name, by the texts that name them."""

    found: Mapping[str, StackResource]
    # Why the names of the resources after these are not known.
    undecided: UnexpectedValueError | None = None


def why_never_fires(topology: Topology, alarm: Alarm) -> str:
    """Return why an alarm can never fire, or "".

    Raises UnexpectedValueError if the template does not decide it.
    """
    return next(_alarm_problems(topology, alarm), "")


def watched(topology: Topology, alarm: Alarm, dimension: str) -> StackResource | None:
    """Return the resource that a dimension of an alarm names; None if it is not in the stack."""
    return _named(topology, dimension, alarm.dimensions.get(dimension, ""))


def dimension_target(topology: Topology, series: Series, dimension: str) -> StackResource | None:
    """Return the resource that a dimension of a metric names; None if it is not in the stack."""
    return _named(topology, dimension, series.dimensions.get(dimension, ""))


def dimension_problem(topology: Topology, dimension: str, value: str) -> str:
    """Return why a dimension has no data (a resource of a wrong type, or no role), or "".

    A literal name that is not in the stack may be that of another resource of the account.
    """
    if dimension == "Role":
        return "" if value in _ROLES else f"Role {value} is not {' or '.join(sorted(_ROLES))}"
    if dimension not in _DIMENSIONS or _named(topology, dimension, value):
        return ""
    names = {name_of(resource) for resource in topology.stack.resources.values()}
    if value in names or "${" in value:
        return f"{dimension} is {value}, which is not an {_DIMENSIONS[dimension][0]} of the stack"
    return ""


def series_problem(namespace: str, metric: str, dimensions: Mapping[str, str]) -> str:
    """Return why AWS publishes no such metric: by its namespace, or by its set of dimensions.

    A set with a dimension that is not listed here is left open.
    """
    wrong = {
        name
        for name in dimensions
        if namespace.startswith(("AWS/", "ECS/"))
        and name in NAMESPACES
        and namespace not in NAMESPACES[name]
    }
    if wrong:
        return f"{namespace} has no metrics by {', '.join(sorted(wrong))}"
    if metric in OWNED and namespace != OWNED[metric] and namespace.startswith(("AWS/", "ECS/")):
        return f"{namespace} has no metric {metric}"
    known = METRICS.get((namespace, metric))
    others = {"Role", "AvailabilityZone", "SourceRegion", *_FREE_DIMENSIONS}
    listed = dimensions.keys() <= {*_DIMENSIONS, *others}
    if known and dimensions and listed and frozenset(dimensions) not in known.dimensions:
        return f"{metric} has no points by {', '.join(dimensions)}"
    return ""


def statistic_problem(series: Series) -> str:
    """Return that a statistic hides the fault that a metric shows, or ""."""
    metric = METRICS.get((series.namespace, series.metric))
    if metric is None or metric.reports(series.statistic):
        return ""
    return f"{series.statistic or 'no statistic'} of {series.metric} does not show the fault"


def why_no_data(topology: Topology, series: Series) -> str:
    """Return why AWS certainly publishes no data of a metric, or "".

    One of another resource of the account may have data, and so may one that is not listed here.
    """
    if (series.namespace, series.metric) not in METRICS:
        return ""
    if series.namespace == "AWS/Route53" and topology.stack.region != HEALTH_CHECK_REGION:
        return _ELSEWHERE
    if problem := series_problem(series.namespace, series.metric, series.dimensions):
        return problem
    references = {
        name: value
        for name, value in series.dimensions.items()
        if name == "Role" or _REFERENCE.fullmatch(value)
    }
    problems = (dimension_problem(topology, name, value) for name, value in references.items())
    try:
        return next(filter(None, problems), "")
    except UnexpectedValueError:
        return ""


def is_outside(topology: Topology, dimension: str, value: str) -> bool:
    """Return whether a dimension names a resource that is not in the template."""
    return dimension in _DIMENSIONS and _named(topology, dimension, value) is None


def _named(topology: Topology, dimension: str, value: str) -> StackResource | None:
    if not value:
        return None
    names = reused(topology.stack, lambda: _names(topology.stack, dimension), dimension)
    if value not in names.found and names.undecided:
        raise names.undecided.with_traceback(None)
    return names.found.get(value)


def _names(stack: Stack, dimension: str) -> _Names:
    kind, attribute = _DIMENSIONS[dimension]
    found: dict[str, StackResource] = {}
    for resource in stack.of_type(kind):
        try:
            name = name_of(resource) if dimension in _NAMED else ""
        except UnexpectedValueError as error:
            return _Names(found=found, undecided=error.with_traceback(None))
        found.setdefault(f"${{{resource.logical_id}{attribute}}}", resource)
        found.setdefault(name, resource)
    return _Names(found=found)


def _alarm_problems(topology: Topology, alarm: Alarm) -> Iterator[str]:
    if alarm.unread:
        yield alarm.unread
    if alarm.undecided:
        raise UnexpectedValueError(alarm.logical_id, alarm.undecided)
    twins = [other for other in topology.alarms if alarm.name and other.name == alarm.name]
    if len(twins) > 1:
        yield f"{' and '.join(alarm.logical_id for alarm in twins)} have the same name {alarm.name}"
    if alarm.datapoints > alarm.evaluation_periods:
        yield f"it needs {alarm.datapoints} data points of {alarm.evaluation_periods} periods"
    looks_back = alarm.period_seconds * alarm.evaluation_periods
    if looks_back > (DAY_SECONDS if alarm.period_seconds < _HOUR_SECONDS else _WEEK_SECONDS):
        yield f"CloudWatch refuses an evaluation range of {looks_back:g} s"
    for series in alarm.series.values():
        if (series.namespace, series.metric) in METRICS:
            yield from _metric_problems(topology, series)
        elif series.metric in OWNED:
            yield f"{series.namespace or 'no namespace'} has no metric {series.metric}"
        elif series.namespace.startswith(("AWS/", "ECS/")):
            yield f"{series.namespace} {series.metric} is no metric that is known here"
    _refuse_undecided(alarm)


def _refuse_undecided(alarm: Alarm) -> None:
    """Raise UnexpectedValueError for a metric of which it is not known whether it has data.

    botocore cloudwatch, MetricDataQuery, AccountId, and PutMetricAlarm, Unit.
    """
    for series in alarm.series.values():
        if series.account:
            raise UnexpectedValueError(
                alarm.logical_id,
                f"it reads {series.metric} of the account {series.account}, and the template does "
                "not say whether that is the account of the stack",
            )
        if series.unit and (series.namespace, series.metric) in METRICS:
            raise UnexpectedValueError(
                alarm.logical_id,
                f"it has the unit {series.unit}, and AWS does not document whether the points of "
                f"{series.metric} have it",
            )


def _metric_problems(topology: Topology, series: Series) -> Iterator[str]:
    metric = METRICS[series.namespace, series.metric]
    if series.dimensions.keys() not in metric.dimensions:
        yield f"{series.metric} has no data for {', '.join(series.dimensions) or 'no dimension'}"
        return
    for name, value in series.dimensions.items():
        if problem := _dimension_problem(topology, name, value):
            yield problem
    if problem := statistic_problem(series):
        yield problem
    if series.unit and series.unit != UNITS.get(series.metric):
        # "Points that specify a unit are aggregated separately", and a wrong one leaves the alarm
        # in INSUFFICIENT_DATA: PutMetricAlarm, Unit.
        yield f"it has the unit {series.unit}, but AWS documents no unit for {series.metric}"
    if series.period_seconds % METRIC_SECONDS:
        period = f"{series.period_seconds:g} s"
        yield f"{series.metric} has a point per minute, but the period is {period}"
    if series.namespace == "AWS/Route53" and topology.stack.region != HEALTH_CHECK_REGION:
        yield _ELSEWHERE
    if series.namespace == "ECS/ContainerInsights" and not _has_insights(topology, series):
        yield "Container Insights is off, so the metric does not exist"


def _dimension_problem(topology: Topology, name: str, value: str) -> str:
    known = {
        "Role": _ROLES,
        "AvailabilityZone": set(topology.zones),
        "SourceRegion": ZONES.keys(),
    }.get(name)
    if known is not None:
        return "" if value in known else f"the dimension {name} is {value}, not one of its values"
    if name in _FREE_DIMENSIONS or _named(topology, name, value):
        return ""
    return f"the dimension {name} is {value}, not an {_DIMENSIONS[name][0]} of the stack"


def _has_insights(topology: Topology, series: Series) -> bool:
    cluster = _named(topology, "ClusterName", series.dimensions.get("ClusterName", ""))
    settings = cluster.properties.pairs("ClusterSettings", key="Name") if cluster else {}
    return settings.get("containerInsights") in {"enabled", "enhanced"}
