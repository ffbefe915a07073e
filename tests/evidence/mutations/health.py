"""Thresholds of target groups, policies of endpoints, and tasks that the Internet reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import append, put
from tests.evidence.mutations.endpoints import endpoints_alone
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Json

_ATTRIBUTES = "TargetGroup.Properties.TargetGroupAttributes"
_NETWORK = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration"
_EVERYTHING: Json = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def threshold(action: str, kind: str, value: str) -> Json:
    """Return the attribute of a target group with a threshold of healthy targets."""
    return {"Key": f"target_group_health.{action}.minimum_healthy_targets.{kind}", "Value": value}


def policy(**statement: object) -> Json:
    """Return a policy that allows everything, but for what the statement says."""
    return {"Statement": [{**_EVERYTHING, **statement}]}


def _denying(action: str) -> Json:
    denied = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"}
    return {"Statement": [_EVERYTHING, denied]}


HEALTH: tuple[Mutation, ...] = (
    *(
        mutation(
            f"{title} at {value} of {kind}",
            "survives-zone-loss",
            append(_ATTRIBUTES, threshold(action, kind, value)),
        )
        for action, title in (
            ("unhealthy_state_routing", "the load balancer asks failed targets"),
            ("dns_failover", "the load balancer keeps a failed zone in DNS"),
        )
        for kind, value in (("count", "5"), ("percentage", "70"))
    ),
    mutation(
        "the endpoint of the registry allows its login alone",
        "tasks-can-start",
        *endpoints_alone({}),
        put("Endpoint0.Properties.PolicyDocument", policy(Action="ecr:GetAuthorizationToken")),
    ),
    mutation(
        "the endpoint of the logs denies them",
        "tasks-can-start",
        *endpoints_alone({}),
        put("Endpoint2.Properties.PolicyDocument", _denying("logs:PutLogEvents")),
    ),
    mutation(
        "the endpoint of the secrets allows another secret",
        "tasks-can-start",
        *endpoints_alone({}),
        put(
            "Endpoint3.Properties.PolicyDocument",
            policy(Resource="arn:aws:secretsmanager:us-east-1:111122223333:secret:other-*"),
        ),
    ),
    mutation(
        "the endpoint of S3 allows another bucket",
        "tasks-can-start",
        *endpoints_alone({}),
        put("S3Endpoint.Properties.PolicyDocument", policy(Resource="arn:aws:s3:::payments/*")),
    ),
    mutation(
        "the endpoint of S3 lets another account in",
        "tasks-can-start",
        *endpoints_alone({}),
        put("S3Endpoint.Properties.PolicyDocument", policy(Principal={"AWS": "444455556666"})),
    ),
    mutation(
        "the tasks have public addresses",
        "tasks-run-in-private-subnets",
        put(f"{_NETWORK}.Subnets", [{"Ref": f"PublicSubnet{zone}"} for zone in "ABC"]),
        put(f"{_NETWORK}.AssignPublicIp", "ENABLED"),
    ),
    mutation(
        "a task is in a public subnet",
        "tasks-run-in-private-subnets",
        append(f"{_NETWORK}.Subnets", {"Ref": "PublicSubnetA"}),
    ),
)
