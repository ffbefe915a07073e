"""Ways to write an alarm that never fires, or not when it should."""

from __future__ import annotations

from tests.evidence.changes import append, cut, put
from tests.evidence.mutations.mutation import mutation

_TASKS, _TARGETS = "TaskFailureAlarm.Properties", "UnhealthyTargetAlarm.Properties"
_DATABASE, _RESPONSE = "DatabaseFailoverAlarm.Properties", "ResponseTimeAlarm.Properties"
_MATH = [
    {"Id": "rate", "Expression": "tasks / 6"},
    {
        "Id": "tasks",
        "ReturnData": False,
        "MetricStat": {
            "Metric": {"Namespace": "ECS/ContainerInsights", "MetricName": "RunningTaskCount"},
            "Period": 60,
            "Stat": "Minimum",
        },
    },
]

ALARMS = (
    mutation(
        "an alarm evaluates no period",
        "alarm-on-targets",
        cut("UnhealthyTargetAlarm.Properties.EvaluationPeriods"),
    ),
    *(
        mutation(
            f"the task alarm takes the {statistic}",
            "alarm-on-tasks",
            put(f"{_TASKS}.Statistic", statistic),
        )
        for statistic in ("Maximum", "SampleCount", "Sum")
    ),
    mutation(
        "the target alarm counts points",
        "alarm-on-targets",
        put(f"{_TARGETS}.Statistic", "SampleCount"),
    ),
    mutation("the target alarm has no statistic", "alarm-on-targets", cut(f"{_TARGETS}.Statistic")),
    mutation(
        "the target alarm takes a percentile",
        "alarm-on-targets",
        cut(f"{_TARGETS}.Statistic"),
        put(f"{_TARGETS}.ExtendedStatistic", "p1"),
    ),
    mutation(
        "the target alarm watches no zone",
        "alarm-on-targets",
        append(f"{_TARGETS}.Dimensions", {"Name": "AvailabilityZone", "Value": "nowhere"}),
    ),
    mutation(
        "the target alarm watches one zone",
        "alarm-on-targets",
        append(f"{_TARGETS}.Dimensions", {"Name": "AvailabilityZone", "Value": "us-east-1a"}),
    ),
    mutation(
        "the database alarm watches readers",
        "alarm-on-database",
        put(f"{_DATABASE}.Dimensions.1.Value", "READER"),
    ),
    mutation(
        "the database alarm misspells its role",
        "alarm-on-database",
        put(f"{_DATABASE}.Dimensions.1.Value", "writer"),
    ),
    mutation(
        "the database alarm watches all instances together",
        "alarm-on-database",
        cut(f"{_DATABASE}.Dimensions.1"),
    ),
    mutation("the task alarm has a unit", "alarm-on-tasks", put(f"{_TASKS}.Unit", "Seconds")),
    mutation(
        "the task alarm wants three of one", "alarm-on-tasks", put(f"{_TASKS}.DatapointsToAlarm", 3)
    ),
    mutation(
        "the task alarm looks back further than CloudWatch",
        "alarm-on-tasks",
        put(f"{_TASKS}.EvaluationPeriods", 1441),
    ),
    mutation("the task alarm has no period", "alarm-on-tasks", cut(f"{_TASKS}.Period")),
    mutation(
        "two alarms have one name",
        "alarm-on-tasks",
        put(f"{_RESPONSE}.AlarmName", {"Fn::Sub": "payment-task-failure-${EnvironmentSuffix}"}),
    ),
    mutation(
        "the task alarm names a namespace of its own",
        "alarm-on-tasks",
        put(f"{_TASKS}.Namespace", "ContainerInsights"),
    ),
    mutation(
        "the database alarm writes its namespace small",
        "alarm-on-database",
        put(f"{_DATABASE}.Namespace", "aws/rds"),
    ),
    mutation(
        "the target alarm has a namespace without AWS",
        "alarm-on-targets",
        put(f"{_TARGETS}.Namespace", "ApplicationELB"),
        put(f"{_TARGETS}.Dimensions", []),
    ),
    mutation(
        "the task alarm computes what is not known here",
        "alarm-on-tasks",
        cut(f"{_TASKS}.MetricName"),
        put(f"{_TASKS}.Metrics", _MATH),
    ),
    mutation(
        "the response alarm takes the fastest answer",
        "alarm-on-response-time",
        put(f"{_RESPONSE}.Statistic", "Minimum"),
    ),
    mutation(
        "the response alarm always fires",
        "alarm-on-response-time",
        put(f"{_RESPONSE}.Threshold", -1),
    ),
)
