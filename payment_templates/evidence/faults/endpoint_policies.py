"""Decides whether the policy of a VPC endpoint allows the requests that start a task."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.faults.execution_role import start_requests
from payment_templates.evidence.permissions.grants import Answer, Request, policy_lets, role_arns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.network.endpoints import Endpoint

# The endpoint's service by the prefix of the actions.
_SERVICES = {"ecr": "ecr.api", "logs": "logs", "secretsmanager": "secretsmanager", "ssm": "ssm"}


def endpoint_answer(topology: Topology, service: Service, endpoint: Endpoint) -> Answer:
    """Return whether an endpoint's policy allows all requests that a task start sends to it.

    The endpoint's policy must allow them in addition to the role's policies:
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    if endpoint.open or endpoint.closed:
        return Answer.NO if endpoint.closed else Answer.YES
    stack = topology.stack
    fields = stack.resources[endpoint.logical_id].properties
    role = stack.of(service.execution_role, "AWS::IAM::Role")
    names = role_arns(stack, role) if role else (service.execution_role,)
    principals = (*names, ACCOUNT, f"arn:{stack.partition}:iam::{ACCOUNT}:root")
    answers = {
        policy_lets(fields.child("PolicyDocument"), _of_own_account(request), principals)
        for request in _requests(stack, service, endpoint)
    }
    if Answer.NO in answers:
        return Answer.NO
    return Answer.UNSEEN if Answer.UNSEEN in answers or not answers else Answer.YES


def _of_own_account(request: Request) -> Request:
    """Return a request with the account of the role that sends it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalaccount
    """
    return replace(request, context={**request.context, "aws:principalaccount": ACCOUNT})


def _requests(stack: Stack, service: Service, endpoint: Endpoint) -> Iterator[Request]:
    if endpoint.service == "s3":
        yield _layer(stack)
    for request in start_requests(stack, service):
        if _SERVICES.get(request.action.partition(":")[0]) == endpoint.service:
            yield request


def _layer(stack: Stack) -> Request:
    """Return the request that downloads an image layer from ECR's own bucket.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
    """
    bucket = f"prod-{stack.region}-starport-layer-bucket"
    return Request(action="s3:GetObject", resources=(f"arn:{stack.partition}:s3:::{bucket}/layer",))
