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
    policy_lets,
    role_denies,
    role_may,
    role_may_with_policy,
)
from payment_templates.evidence.permissions.keys import find_key, key_policy
from payment_templates.evidence.permissions.policies import ANYTHING
from payment_templates.evidence.permissions.role_names import account_names, role_arns
from payment_templates.evidence.permissions.role_trust import may_assume
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.start_requests import (
    PULLS,
    bucket_of,
    bucket_request,
    import_requests,
    owner_of,
    pull_requests,
    repository_of,
    start_requests,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

_PRINCIPAL = "ecs-tasks.amazonaws.com"
# By action: the type of the resource's policies, the property with the resource, and the document.
_OWN_POLICIES = {
    "s3:GetObject": ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
    "secretsmanager:GetSecretValue": (
        *("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
    ),
}
_ENCRYPTION = "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault"


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
            requests = tuple(pull_requests(stack, image))
            answers = [role_may(stack, role, one) if role else Answer.NO for one in requests]
            if Answer.NO in answers:
                yield DeniedPull(
                    service=service.logical_id,
                    image=image,
                    repository=repository_of(stack, image),
                    role=service.execution_role,
                )


def role_answers(topology: Topology, service: Service) -> tuple[tuple[str, Answer], ...]:
    """Return whether the role has each permission that a task start needs, with a description.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    stack = topology.stack
    decisive = (service.definition, service.start)
    return reused(stack, lambda: tuple(_answers(stack, service)), *decisive)


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
        yield what, _with_own_policies(stack, role, request)
        yield from _denials(stack, role, request)
    yield from _import_answers(stack, service, role)
    for secret in service.start_secrets:
        source = stack.resources.get(secret.source)
        key = find_key(stack, source.properties.get("KmsKeyId")) if source else None
        if key:
            yield _key_answer(stack, role, key, "secretsmanager")
    for file in service.containers.files:
        yield from _file_answers(stack, role, file)


def _import_answers(
    stack: Stack, service: Service, role: StackResource
) -> Iterator[tuple[str, Answer]]:
    """Yield whether a role may import images; the policy of the registry may allow it too."""
    for request in (one for image in service.images for one in import_requests(stack, image)):
        answer = role_may(stack, role, request)
        if answer is Answer.NO and role_denies(stack, role, request) is not Answer.YES:
            answer = Answer.UNSEEN
        yield f"{role.logical_id} may {request.action} on {request.resources[0]}", answer


def _task_role_answer(stack: Stack, definition: StackResource) -> tuple[str, Answer]:
    role = stack.find(definition.properties.get("TaskRoleArn"), "AWS::IAM::Role")
    if role is None:
        outside = definition.properties.text("TaskRoleArn")
        return f"{outside} may be assumed by {_PRINCIPAL}", Answer.UNSEEN
    return f"{role.logical_id} may be assumed by {_PRINCIPAL}", may_assume(stack, role, _PRINCIPAL)


def _with_own_policies(stack: Stack, role: StackResource, request: Request) -> Answer:
    """Return whether a role may do something, by its policies or by that of the resource.

    In one account, either is enough. That of a resource outside the template is not known:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    answer = role_may(stack, role, request)
    if answer is not Answer.NO or request.action not in {*_OWN_POLICIES, *PULLS}:
        return answer
    if role_denies(stack, role, request) is Answer.YES:
        return Answer.NO
    policies = _own_policies(stack, request)
    if policies is None:
        return Answer.UNSEEN
    asked, names = as_role(stack, role, request), role_arns(stack, role)
    answers = {policy_lets(policy, asked, names) for _, policy in policies}
    return next((it for it in (Answer.YES, Answer.UNSEEN) if it in answers), Answer.NO)


def _own_policies(stack: Stack, request: Request) -> tuple[tuple[str, Properties], ...] | None:
    """Return the policies of the secret or bucket in a request; None if it is not in the stack."""
    own = _OWN_POLICIES.get(request.action)
    owner = owner_of(stack, request)
    if request.action in PULLS:
        # A repository outside the template counts as one without a policy.
        policy = owner.properties.child("RepositoryPolicyText") if owner else None
        return ((owner.logical_id, policy),) if owner and policy else ()
    if own is None or owner is None:
        return None
    kind, of, document = own
    return tuple(
        (policy.logical_id, policy.properties.child(document))
        for policy in stack.of_type(kind)
        if policy.properties.target(of) == owner.logical_id
    )


def _denials(stack: Stack, role: StackResource, request: Request) -> Iterator[tuple[str, Answer]]:
    """Yield each resource policy that may deny the role access to a secret or a file.

    An explicit deny overrides what the role's policies allow:
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
    """
    policies = _own_policies(stack, request)
    if not policies:
        return
    asked = as_role(stack, role, request)
    principals = (*role_arns(stack, role), *account_names(stack))
    for name, policy in policies:
        denied = policy_denies(policy, asked, principals)
        if denied is not Answer.NO:
            may = Answer.NO if denied is Answer.YES else Answer.UNSEEN
            yield f"{name} allows {role.logical_id} to read {request.resources[0]}", may


def _file_answers(stack: Stack, role: StackResource, file: str) -> Iterator[tuple[str, Answer]]:
    """Yield what else reads a file: "manually add" also s3:GetBucketLocation, its use is not shown.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
    """
    locates = bucket_request(stack, file)
    answer = role_may(stack, role, locates)
    what = f"{role.logical_id} may {locates.action} on {locates.resources[0]}"
    yield what, Answer.UNSEEN if answer is Answer.NO else answer
    bucket = bucket_of(stack, file)
    for rule in bucket.properties.below(_ENCRYPTION) if bucket else ():
        if key := find_key(stack, rule.get("KMSMasterKeyID")):
            yield _key_answer(stack, role, key, "s3")


def _key_answer(
    stack: Stack, role: StackResource, key: StackResource, service: str
) -> tuple[str, Answer]:
    """Return whether the role may decrypt with a key through a service.

    The key policy must allow the role itself, or the account together with the role's own policies:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    own = f"${{{key.logical_id}}}"
    start = f"arn:{stack.partition}:kms:{stack.region}:{ACCOUNT}:key/"
    request = Request(
        action="kms:Decrypt",
        resources=(
            *(f"${{{key.logical_id}.Arn}}", own),
            *(f"{start}{own}", f"{start}{ANYTHING}"),
        ),
        context={
            "kms:viaservice": f"{service}.{stack.region}.amazonaws.com",
            "kms:calleraccount": ACCOUNT,
        },
    )
    names = role_arns(stack, role)
    answer = role_may_with_policy(stack, role, request, key_policy(key), names)
    return f"{role.logical_id} may kms:Decrypt with {key.logical_id}", answer
