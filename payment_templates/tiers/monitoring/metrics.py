"""Describes what an alarm measures: one metric, or an expression over several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from troposphere import cloudwatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troposphere import GetAtt, If, Ref

# The shortest period of a metric that AWS stores by the minute: PutMetricAlarm, Period.
PERIOD_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric, its dimensions and its statistic."""

    namespace: str
    name: str
    dimensions: Mapping[str, GetAtt | If | Ref | str]
    statistic: Literal["Average", "Maximum", "Minimum", "Sum"]
    period_seconds: int = PERIOD_SECONDS

    def properties(self) -> dict[str, Any]:
        """Return the properties of an alarm on the metric."""
        return {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": self._dimensions(),
            "Statistic": self.statistic,
            "Period": self.period_seconds,
        }

    def query(self, name: str) -> cloudwatch.MetricDataQuery:
        """Return the metric under a name for expressions."""
        metric = cloudwatch.Metric(
            Namespace=self.namespace, MetricName=self.name, Dimensions=self._dimensions()
        )
        return cloudwatch.MetricDataQuery(
            Id=name,
            MetricStat=cloudwatch.MetricStat(
                Metric=metric, Period=self.period_seconds, Stat=self.statistic
            ),
            ReturnData=False,
        )

    def _dimensions(self) -> list[cloudwatch.MetricDimension]:
        return [
            cloudwatch.MetricDimension(Name=name, Value=value)
            for name, value in self.dimensions.items()
        ]


@dataclass(frozen=True, kw_only=True)
class Expression:
    """Metric math over metrics by their names.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """

    text: str
    label: str
    metrics: Mapping[str, Metric]

    def properties(self) -> dict[str, Any]:
        """Return the properties of an alarm on the expression."""
        result = cloudwatch.MetricDataQuery(
            Id="result", Expression=self.text, Label=self.label, ReturnData=True
        )
        queries = (metric.query(name) for name, metric in self.metrics.items())
        return {"Metrics": [result, *queries]}
