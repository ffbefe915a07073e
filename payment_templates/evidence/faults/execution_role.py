"""Decides whether ECS may assume a task's roles, and whether the execution role may start it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.grants import (
    Answer,
    Request,
    as_role,
    policy_denies,
    role_may,
    role_may_with_policy,
)
from payment_templates.evidence.permissions.keys import find_key, key_policy
from payment_templates.evidence.permissions.policies import ANYTHING
from payment_templates.evidence.permissions.role_names import account_names, role_arns
from payment_templates.evidence.permissions.role_trust import may_assume
from payment_templates.evidence.reuse import reused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import TaskSecret
    from payment_templates.evidence.topology.compute.service import Service

_PRINCIPAL = "ecs-tasks.amazonaws.com"
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
_PULLS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


@dataclass(frozen=True, kw_only=True)
class DeniedPull:
    """An image in a private ECR repository that the tasks of a service cannot pull."""

    service: str
    image: str
    # The ARN of the repository.
    repository: str
    # The logical ID of the execution role; empty without one.
    role: str


def denied_pulls(topology: Topology) -> Iterator[DeniedPull]:
    """Yield the images in ECR that an execution role of the template may not pull."""
    stack = topology.stack
    for service in topology.services:
        role = stack.of(service.execution_role, "AWS::IAM::Role")
        if service.execution_role and role is None:
            # A role outside the template.
            continue
        for image in service.images:
            requests = tuple(_pull_requests(stack, image))
            answers = [role_may(stack, role, one) if role else Answer.NO for one in requests]
            if Answer.NO in answers:
                yield DeniedPull(
                    service=service.logical_id,
                    image=image,
                    repository=_repository(stack, image),
                    role=service.execution_role,
                )


def role_answers(topology: Topology, service: Service) -> tuple[tuple[str, Answer], ...]:
    """Return whether the role has each permission that a task start needs, with a description.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    stack = topology.stack
    decisive = (service.definition, service.start)
    return reused(stack, lambda: tuple(_answers(stack, service)), *decisive)


def start_requests(stack: Stack, service: Service) -> Iterator[Request]:
    """Yield what a task must be allowed to do to start: pull images, read secrets, write logs."""
    for image in service.images:
        yield from _pull_requests(stack, image)
    for secret in service.secrets:
        yield _secret_request(stack, secret)
    for group in service.log_groups:
        resource = stack.of(group, "AWS::Logs::LogGroup")
        name = resource.properties.text("LogGroupName") if resource else group
        start = f"arn:{stack.partition}:logs:{stack.region}:{ACCOUNT}:log-group:"
        arn = f"{start}{name or ANYTHING}:log-stream:task"
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            yield Request(action=action, resources=(f"${{{group}.Arn}}", arn))


def _answers(stack: Stack, service: Service) -> Iterator[tuple[str, Answer]]:
    definition = stack.of(service.definition, "AWS::ECS::TaskDefinition")
    if definition and "TaskRoleArn" in definition.properties:
        yield _task_role_answer(stack, definition)
    requests = list(start_requests(stack, service))
    if not requests:
        return
    if not service.execution_role:
        yield f"{service.definition} has an execution role", Answer.NO
        return
    role = stack.of(service.execution_role, "AWS::IAM::Role")
    if role is None:
        yield f"{service.execution_role} may do what the tasks need", Answer.UNSEEN
        return
    yield f"{role.logical_id} may be assumed by {_PRINCIPAL}", may_assume(stack, role, _PRINCIPAL)
    for request in requests:
        what = f"{role.logical_id} may {request.action} on {request.resources[0]}"
        yield what, role_may(stack, role, request)
    for secret in service.secrets:
        yield from _key_answers(stack, role, secret)
        yield from _denials(stack, role, secret)


def _task_role_answer(stack: Stack, definition: StackResource) -> tuple[str, Answer]:
    role = stack.find(definition.properties.get("TaskRoleArn"), "AWS::IAM::Role")
    if role is None:
        outside = definition.properties.text("TaskRoleArn")
        return f"{outside} may be assumed by {_PRINCIPAL}", Answer.UNSEEN
    return f"{role.logical_id} may be assumed by {_PRINCIPAL}", may_assume(stack, role, _PRINCIPAL)


def _secret_request(stack: Stack, secret: TaskSecret) -> Request:
    resource = stack.resources.get(secret.source)
    name = resource.properties.text("Name") if resource else ""
    place = "parameter/" if secret.from_ssm else "secret:"
    # Secrets Manager appends a hyphen and six random characters to the ARN.
    end = "" if secret.from_ssm else "-AbCdEf"
    kind = "ssm" if secret.from_ssm else "secretsmanager"
    start = f"arn:{stack.partition}:{kind}:{stack.region}:{ACCOUNT}:{place}"
    arn = f"{start}{name.strip('/') or ANYTHING}{end}"
    action = "ssm:GetParameters" if secret.from_ssm else "secretsmanager:GetSecretValue"
    known = (f"${{{secret.source}}}", arn) if resource else (secret.source,)
    return Request(action=action, resources=known)


def _pull_requests(stack: Stack, image: str) -> Iterator[Request]:
    if ".dkr.ecr." in image:
        yield Request(action="ecr:GetAuthorizationToken", resources=("*",))
        for action in _PULLS:
            yield Request(action=action, resources=(_repository(stack, image),))


def _repository(stack: Stack, image: str) -> str:
    registry, _, name = image.partition("/")
    account, _, rest = registry.partition(".dkr.ecr.")
    repository = name.partition("@")[0].partition(":")[0]
    return f"arn:{stack.partition}:ecr:{rest.partition('.')[0]}:{account}:repository/{repository}"


def _key_answers(
    stack: Stack, role: StackResource, secret: TaskSecret
) -> Iterator[tuple[str, Answer]]:
    """Yield whether the role may decrypt with the key of a secret.

    The key policy must allow the role itself, or the account together with the role's own policies:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    source = stack.resources.get(secret.source)
    key = find_key(stack, source.properties.get("KmsKeyId")) if source else None
    if key is None:
        return
    request = Request(
        action="kms:Decrypt",
        resources=(
            *(f"${{{key.logical_id}.Arn}}", f"${{{key.logical_id}}}"),
            f"arn:{stack.partition}:kms:{stack.region}:{ACCOUNT}:key/{ANYTHING}",
        ),
        context={
            "kms:viaservice": f"secretsmanager.{stack.region}.amazonaws.com",
            "kms:calleraccount": ACCOUNT,
        },
    )
    names = role_arns(stack, role)
    answer = role_may_with_policy(stack, role, request, key_policy(key), names)
    yield f"{role.logical_id} may kms:Decrypt with {key.logical_id}", answer


def _denials(stack: Stack, role: StackResource, secret: TaskSecret) -> Iterator[tuple[str, Answer]]:
    """Yield each resource policy that may deny the role access to a secret.

    An explicit deny overrides what the role's policies allow:
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
    """
    request = as_role(stack, role, _secret_request(stack, secret))
    principals = (*role_arns(stack, role), *account_names(stack))
    for policy in stack.of_type("AWS::SecretsManager::ResourcePolicy"):
        if policy.properties.target("SecretId") != secret.source:
            continue
        denied = policy_denies(policy.properties.child("ResourcePolicy"), request, principals)
        if denied is not Answer.NO:
            may = Answer.NO if denied is Answer.YES else Answer.UNSEEN
            yield f"{policy.logical_id} allows {role.logical_id} to read {secret.source}", may
