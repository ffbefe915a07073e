"""Mutations that lose the events which report a fault immediately."""

from __future__ import annotations

from tests.evidence.changes import put
from tests.evidence.mutations.mutation import mutation

_TASKS = "TaskStoppedRule.Properties"
_PATTERN = f"{_TASKS}.EventPattern"
_SERVICE = "ServiceFailureRule.Properties"
_ONE_ZONE = [{"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}]
_EVERY_ZONE = [{"Fn::Select": [each, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]} for each in range(3)]
_OFF = put(f"{_TASKS}.State", "DISABLED")

EVENTS = (
    mutation(
        "the rules are on a bus that AWS sends nothing to",
        "task-loss-detected",
        put(f"{_TASKS}.EventBusName", "mybus"),
    ),
    mutation(
        "the rule asks for what people stop",
        "task-loss-detected",
        put(f"{_PATTERN}.detail.$or", [{"stopCode": ["UserInitiated"]}]),
    ),
    mutation(
        "the rule does not ask for failed checks",
        "task-loss-detected",
        put(f"{_PATTERN}.detail.$or", [{"stopCode": ["EssentialContainerExited"]}]),
    ),
    mutation(
        "the rule asks for a status that no task has",
        "task-loss-detected",
        put(f"{_PATTERN}.detail.desiredStatus", ["NONSENSE"]),
    ),
    mutation(
        "the rule asks for another region", "task-loss-detected", put(f"{_PATTERN}.region", ["xx"])
    ),
    mutation(
        "the rule asks for another account",
        "task-loss-detected",
        put(f"{_PATTERN}.account", ["999999999999"]),
    ),
    mutation(
        "the rule asks for a time",
        "task-loss-detected",
        put(f"{_PATTERN}.time", ["2026-01-01T05:20:00Z"]),
    ),
    mutation(
        "the rule asks for IDs of events",
        "task-loss-detected",
        put(f"{_PATTERN}.id", [{"prefix": "0000"}]),
    ),
    mutation(
        "the rule asks for one task",
        "task-loss-detected",
        put(f"{_PATTERN}.detail.taskArn", [{"suffix": "/0123456789abcdef"}]),
    ),
    mutation(
        "the rule asks for one deployment",
        "task-loss-detected",
        put(f"{_PATTERN}.detail.startedBy", ["ecs-svc/0123456789"]),
    ),
    mutation(
        "the rule asks for the tasks of one zone",
        "task-loss-detected",
        put(f"{_PATTERN}.detail.availabilityZone", _ONE_ZONE),
    ),
    mutation(
        "the rule asks for no zone of a subnet",
        "task-loss-detected",
        put(
            f"{_PATTERN}.detail.availabilityZone",
            [
                {
                    "anything-but": [
                        {"Fn::GetAtt": [f"PublicSubnet{each}", "AvailabilityZone"]}
                        for each in "ABC"
                    ]
                }
            ],
        ),
    ),
    mutation(
        "failed starts in one zone alone are reported",
        "nat-loss-detected",
        put(f"{_SERVICE}.State", "DISABLED"),
        put(f"{_PATTERN}.detail.availabilityZone", _ONE_ZONE),
    ),
    mutation(
        "failed starts in no zone of the service are reported",
        "nat-loss-detected",
        put(f"{_SERVICE}.State", "DISABLED"),
        put(f"{_PATTERN}.detail.availabilityZone", [{"anything-but": _EVERY_ZONE}]),
    ),
    mutation(
        "the rule asks for another cluster",
        "task-loss-detected",
        put(f"{_PATTERN}.detail.clusterArn", ["arn:other"]),
    ),
    mutation(
        "failed starts of another service are reported",
        "nat-loss-detected",
        _OFF,
        put(f"{_SERVICE}.EventPattern.resources", ["arn:other"]),
    ),
    mutation(
        "the detail type of failed starts is misspelt",
        "nat-loss-detected",
        _OFF,
        put(f"{_SERVICE}.EventPattern.detail-type", ["ECS Services Action"]),
    ),
    mutation(
        "the name of failed starts is misspelt",
        "nat-loss-detected",
        _OFF,
        put(f"{_SERVICE}.EventPattern.detail.eventName", ["SERVICE_TASK_START_IMPARED"]),
    ),
    mutation(
        "failovers of another cluster are reported",
        "writer-loss-detected",
        put("DatabaseClusterEvents.Properties.SourceIds", ["another-cluster"]),
    ),
    mutation("zones without the writer are reported by alarms alone", "zone-loss-detected", _OFF),
)
