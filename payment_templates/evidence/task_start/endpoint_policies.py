"""Decides whether the policy of a VPC endpoint allows the requests that start a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.grants import (
    Answer,
    Request,
    policy_lets,
    with_keys,
)
from payment_templates.evidence.permissions.role_names import (
    account_names,
    context_outside,
    role_arns,
    role_context,
)
from payment_templates.evidence.task_start.start_requests import start_requests

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.network.endpoints import Endpoint

# The endpoint's service by the prefix of the actions.
_SERVICES = {
    "ecr": "ecr.api",
    "logs": "logs",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "ssm": "ssm",
}


def endpoint_answer(topology: Topology, service: Service, endpoint: Endpoint) -> Answer:
    """Return whether an endpoint's policy allows all requests that a task start sends to it.

    The endpoint's policy must allow them in addition to the role's policies:
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    if endpoint.open or endpoint.closed:
        return Answer.NO if endpoint.closed else Answer.YES
    stack = topology.stack
    policy = stack.resources[endpoint.logical_id].properties.child("PolicyDocument")
    role = stack.of(service.execution_role, "AWS::IAM::Role")
    names = role_arns(stack, role) if role else (service.execution_role,)
    principals = (*names, *account_names(stack))
    context = role_context(stack, role) if role else context_outside(service.execution_role)
    answers = {
        policy_lets(policy, with_keys(request, context), principals)
        for request in start_requests(stack, service)
        if _SERVICES.get(request.action.partition(":")[0]) == endpoint.service
    }
    if endpoint.service == "s3":
        perhaps = principals if endpoint.interface else names
        answers.add(policy_lets(policy, _layer(stack), (), perhaps=perhaps))
    if Answer.NO in answers:
        return Answer.NO
    return Answer.UNSEEN if Answer.UNSEEN in answers or not answers else Answer.YES


def _layer(stack: Stack) -> Request:
    """Return the request that downloads an image layer from ECR's own bucket.

    ECR signs it, with an identity of its own that is not documented: a condition on the principal
    does not mean the role of the tasks, and neither does a role or an account as the principal.
    With a gateway endpoint, "the Principal element must be set to *", and an account is its root
    user alone.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
    https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/service_specific_guidance/ecr-specific-guidance.md
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
    """
    bucket = f"prod-{stack.region}-starport-layer-bucket"
    return Request(action="s3:GetObject", resources=(f"arn:{stack.partition}:s3:::{bucket}/layer",))
