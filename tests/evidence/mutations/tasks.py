"""Ways to break the tasks and their load balancer."""

from __future__ import annotations

from tests.evidence.changes import cut, drop, put, turn
from tests.evidence.mutations.mutation import mutation

_DEPLOYMENT = "Service.Properties.DeploymentConfiguration"
_TASK_SUBNETS = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets"

TASKS = (
    mutation(
        "all tasks stand in one subnet",
        "survives-zone-loss",
        put(_TASK_SUBNETS, [{"Ref": "PrivateSubnetA"}]),
    ),
    mutation(
        "another service has a single task",
        "survives-task-loss",
        put("Other", {"Type": "AWS::ECS::Service", "Properties": {"DesiredCount": 1}}),
    ),
    mutation("the tasks stand in two zones", "tasks-in-three-zones", cut(f"{_TASK_SUBNETS}.2")),
    mutation(
        "tasks are not balanced again",
        "tasks-spread-evenly",
        put("Service.Properties.AvailabilityZoneRebalancing", "DISABLED"),
    ),
    mutation(
        "scaling may double the tasks",
        "exactly-six-tasks-wanted",
        put("ScalableTarget.Properties.MaxCapacity", 12),
    ),
    mutation(
        "four tasks are wanted",
        "exactly-six-tasks-wanted",
        put("Service.Properties.DesiredCount", 4),
    ),
    mutation("one task is wanted", "survives-task-loss", put("Service.Properties.DesiredCount", 1)),
    mutation(
        "half the tasks may go in a deployment",
        "rolling-update",
        put(f"{_DEPLOYMENT}.MinimumHealthyPercent", 50),
    ),
    mutation(
        "a failed deployment is not rolled back",
        "rolling-update",
        turn(f"{_DEPLOYMENT}.DeploymentCircuitBreaker.Rollback"),
    ),
    mutation("a private subnet has no way out", "tasks-can-start", drop("PrivateRouteC")),
    mutation(
        "targets are checked every 10 s",
        "health-check-every-five-seconds",
        put("TargetGroup.Properties.HealthCheckIntervalSeconds", 10),
    ),
    mutation(
        "connections drain for 300 s",
        "load-balancer-checks-and-drains",
        put("TargetGroup.Properties.TargetGroupAttributes.0.Value", "300"),
    ),
    mutation(
        "a zone serves its own tasks alone",
        "survives-zone-loss",
        put("TargetGroup.Properties.TargetGroupAttributes.1.Value", "false"),
    ),
    mutation(
        "the database lets in the world",
        "only-neighbours-connect",
        put(
            "DatabaseSecurityGroup.Properties.SecurityGroupIngress.0",
            {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "0.0.0.0/0"},
        ),
    ),
    mutation(
        "tasks may not connect out",
        "tasks-can-start",
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress", []),
    ),
    mutation(
        "the NAT gateway stands in a private subnet",
        "tasks-can-start",
        put("NatGatewayA.Properties.SubnetId", {"Ref": "PrivateSubnetA"}),
    ),
    mutation(
        "requests may not leave the load balancer", "neighbours-can-connect", drop("RequestsEgress")
    ),
    mutation("queries are not let out", "neighbours-can-connect", drop("QueriesEgress")),
)
