"""Decides whether a KMS key can encrypt a resource: its state, and what its key policy allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.keys import (
    key_statements,
    names_in_own_policy,
    why_unusable,
)
from payment_templates.evidence.permissions.requests import ABSENT, LOCKOUT_BYPASS, Request
from payment_templates.evidence.permissions.service_requests import (
    context_of_service,
    context_through,
)
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.task_start.disk_key import disk_key_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.evidence.permissions.policies import Statement

# The actions that each service performs with the key on behalf of the account:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
# https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html
_USES = {
    "AWS::Backup::BackupVault": (
        "backup",
        (
            *("kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"),
            *("kms:Decrypt", "kms:GenerateDataKey"),
        ),
    ),
    # Users of Performance Insights need more, the storage of its data does not:
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PerfInsights.access-control.cmk-policy.html
    "AWS::RDS::DBCluster": ("rds", ("kms:CreateGrant", "kms:DescribeKey")),
    "AWS::RDS::DBInstance": ("rds", ("kms:CreateGrant", "kms:DescribeKey")),
    "AWS::SecretsManager::Secret": ("secretsmanager", ("kms:Decrypt", "kms:GenerateDataKey")),
}
# What a database does with its grant: RDS documents no policy that allows it, and "operations might
# fail" where one denies it: Overview.Encryption.Keys.html, above.
_BY_GRANT = ("kms:Decrypt", "kms:GenerateDataKey")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
_LOG_GROUP = "AWS::Logs::LogGroup"
_LOGS_USE = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey")
_ECS_CLUSTER = "AWS::ECS::Cluster"
# The property with the key for the ephemeral storage of Fargate tasks.
DISKS_OF_TASKS = "Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId"
# Why a key cannot be used, and why it may be of no use; empty if it can be used.
Use = tuple[str, str]


def key_use(stack: Stack, key: StackResource) -> Use:
    """Return why a key cannot be used for encryption, and why that may be."""
    if problem := why_unusable(key):
        return problem, ""
    # PutKeyPolicy, BypassPolicyLockoutSafetyCheck: the caller must keep the right to change it. It
    # is false by default.
    context = context_through(stack, "", ACCOUNT) | {LOCKOUT_BYPASS: ("false", ABSENT)}
    answer = _account_answer(stack, key_statements(key), "kms:PutKeyPolicy", context)
    if answer is False:
        return f"{key.logical_id} locks its account out: no one may change its key policy", ""
    if answer is None:
        return "", f"the account may change the key policy of {key.logical_id}"
    return "", ""


def rotation_problem(key: StackResource) -> str:
    """Return that KMS does not rotate a key, in a sentence, or ""."""
    rotated = key.properties.flag("EnableKeyRotation")
    return "" if rotated else f"{key.logical_id} is not rotated"


def resource_use(
    stack: Stack, resource: StackResource, key: StackResource, value: Value, *, kind: str = ""
) -> Use:
    """Return why a resource cannot use its key, and why that may be; empty if it can.

    `kind` is the type that the key is for, if the resource makes another one with it.
    """
    if resource.type == _LOG_GROUP:
        if not isinstance(value, Reference) or value.attribute != "Arn":
            return "refers to its key by ID or alias: CloudWatch Logs needs the ARN", ""
        return _logs_use(stack, resource, key)
    if resource.type == _ECS_CLUSTER:
        return disk_key_use(stack, resource, key, value)
    return _account_use(stack, kind or resource.type, key)


def _account_use(stack: Stack, kind: str, key: StackResource) -> Use:
    """Return whether the service of a type can use a key on behalf of the account."""
    service, actions = _USES.get(kind, ("", ()))
    context, statements = context_through(stack, service, ACCOUNT), key_statements(key)
    doubt = ""
    for action in actions:
        answer = _account_answer(stack, statements, action, context)
        if answer is False:
            return f"cannot use its key: its policy does not allow {action} through {service}", ""
        if answer is None:
            doubt = doubt or f"the policy of {key.logical_id} allows {action} through {service}"
    for action in _BY_GRANT if service == "rds" else ():
        if _request(stack, ACCOUNT, action, context).may_be_denied(statements):
            denies = f"{key.logical_id} denies {action} through {service}"
            doubt = doubt or f"a database has its grant although the policy of {denies}"
    return "", doubt


def _logs_use(stack: Stack, group: StackResource, key: StackResource) -> Use:
    statements = key_statements(key)
    name = name_of(group) or f"${{{group.logical_id}}}"
    arn = f"arn:{stack.partition}:logs:{stack.region}:{ACCOUNT}:log-group:{name}"
    start = f"logs.{stack.region}."
    named = {service for it in statements for service in it.services if service.startswith(start)}
    doubt = ""
    for action in _LOGS_USE:
        requests = [
            Request(
                principal=principal,
                action=action,
                resource=names_in_own_policy(stack),
                context={
                    **context_of_service(stack, principal),
                    "kms:encryptioncontext:aws:logs:arn": (arn,),
                    "aws:sourceaccount": (ACCOUNT,),
                    "aws:sourcearn": (arn,),
                },
            )
            for principal in named or {f"{start}amazonaws.com"}
        ]
        answer = _best(request.answer(statements) for request in requests)
        if answer is False:
            return f"cannot use its key: its policy does not let {start[:-1]} {action}", ""
        if answer is None:
            doubt = doubt or f"the policy of {key.logical_id} lets {start[:-1]} {action}"
    return "", doubt


def _account_answer(
    stack: Stack,
    statements: tuple[Statement, ...],
    action: str,
    context: Mapping[str, tuple[str, ...]],
) -> bool | None:
    """Return whether a principal of the account may act; AWS services act on its behalf."""
    names = {ACCOUNT, *(name for statement in statements for name in statement.accounts)}
    return _best(_request(stack, name, action, context).answer(statements) for name in names)


def _request(
    stack: Stack, principal: str, action: str, context: Mapping[str, tuple[str, ...]]
) -> Request:
    return Request(
        principal=principal,
        action=action,
        resource=names_in_own_policy(stack),
        context=context,
    )


def _best(answers: Iterable[bool | None]) -> bool | None:
    """Return whether one of several requests is allowed; None if that is not known."""
    found = {*answers}
    return True if True in found else None if None in found else False
