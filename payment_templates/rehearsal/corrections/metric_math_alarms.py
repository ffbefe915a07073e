"""Lets CloudFormation create alarms on metric math, which ministack refuses.

Such an alarm has no metric of its own; its state is never evaluated here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Properties

_Record = Callable[[str, Properties], dict[str, Any]]
# What an alarm with Metrics must not have: PutMetricAlarm.
_OF_ONE_METRIC = (
    *("MetricName", "Namespace", "Dimensions", "Period", "Statistic", "ExtendedStatistic"),
    "Unit",
)


def install() -> None:
    """Record the metrics and expressions of an alarm."""
    ministack.replace_everywhere(ministack.PROVISIONERS, "_cw_metric_alarm_record", _wrap)


def _wrap(original: _Record) -> _Record:
    def record(name: str, properties: Properties) -> dict[str, Any]:
        queries = properties.get("Metrics")
        if not queries:
            return original(name, properties)
        # Placeholders, which ministack requires.
        others = {key: value for key, value in properties.items() if key != "Metrics"}
        alarm = original(name, {**others, "MetricName": "-", "Namespace": "-"})
        kept = {key: value for key, value in alarm.items() if key not in _OF_ONE_METRIC}
        return {**kept, "Metrics": [_query(query) for query in queries]}

    return record


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query with numbers and booleans, which a template may give as text."""
    found = dict(query)
    if "ReturnData" in query:
        found["ReturnData"] = str(query["ReturnData"]).lower() == "true"
    if stat := query.get("MetricStat"):
        found["MetricStat"] = {**stat, "Period": int(stat["Period"])}
    return found
