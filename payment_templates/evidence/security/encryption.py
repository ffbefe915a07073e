"""Decides whether a KMS key can encrypt a resource: its state, and what its key policy allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.keys import find_alias, find_key, key_statements
from payment_templates.evidence.permissions.requests import Request
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import reused

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    "AWS::RDS::DBCluster": ("rds", ("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey")),
    "AWS::RDS::DBInstance": ("rds", ("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey")),
    "AWS::SecretsManager::Secret": ("secretsmanager", ("kms:Decrypt", "kms:GenerateDataKey")),
}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
_LOG_GROUP = "AWS::Logs::LogGroup"
_LOGS_USE = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey")
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
_ECS_CLUSTER = "AWS::ECS::Cluster"
# The property with the key for the ephemeral storage of Fargate tasks.
DISKS_OF_TASKS = "Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId"
_FARGATE = "fargate.amazonaws.com"
_FARGATE_USES = ("kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant")


def key_problem(key: StackResource) -> str:
    """Return why a key cannot be used for encryption; empty if it can."""
    fields = key.properties
    name = key.logical_id
    if not fields.flag("Enabled"):
        return f"{name} is disabled"
    spec, usage = fields.text("KeySpec"), fields.text("KeyUsage")
    if (spec, usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        # https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
        return f"{name} is {spec} for {usage}: services encrypt with symmetric keys alone"
    # CreateKey, Origin: KMS makes no key material, which waits for an import.
    if (origin := fields.text("Origin")) not in {"", "AWS_KMS"}:
        return f"{name} has the origin {origin}: KMS makes no key material for it"
    # PutKeyPolicy, BypassPolicyLockoutSafetyCheck: the caller must keep the right to change it.
    if not _is_let_to_account(key_statements(key), "kms:PutKeyPolicy", {}):
        return f"{name} locks its account out: no one may change its key policy"
    return ""


def rotation_problem(key: StackResource) -> str:
    """Return that KMS does not rotate a key, in a sentence, or ""."""
    rotated = key.properties.flag("EnableKeyRotation")
    return "" if rotated else f"{key.logical_id} is not rotated"


def use_problem(stack: Stack, resource: StackResource, key: StackResource, value: Value) -> str:
    """Return why a resource cannot use its key; empty if it can."""
    statements = key_statements(key)
    if resource.type == _LOG_GROUP:
        if not isinstance(value, Reference) or value.attribute != "Arn":
            return "refers to its key by ID or alias: CloudWatch Logs needs the ARN"
        return _logs_problem(stack, resource, statements)
    if resource.type == _ECS_CLUSTER:
        if find_alias(stack, value) or key.properties.flag("MultiRegion"):
            return "uses a multi-Region key or an alias: Fargate supports neither"
        return _fargate_problem(resource, statements)
    return _account_problem(stack, resource, statements)


def _account_problem(
    stack: Stack, resource: StackResource, statements: tuple[Statement, ...]
) -> str:
    """Return why a service cannot use a key on behalf of the account; empty if it can."""
    service, actions = _USES.get(resource.type, ("", ()))
    context = {"kms:viaservice": (f"{service}.{stack.region}.amazonaws.com",)}
    for action in actions:
        if not _is_let_to_account(statements, action, context):
            return f"cannot use its key: its policy does not allow {action} through {service}"
    return ""


def disk_answer(stack: Stack, cluster: StackResource | None) -> tuple[str, str]:
    """Return why Fargate cannot encrypt ephemeral storage, and what the template does not show.

    Both are empty if Fargate can, or if the storage is encrypted with an AWS owned key.
    """
    if cluster is None:
        return "", ""
    return reused(stack, lambda: _disk_answer(stack, cluster), cluster)


def _disk_answer(stack: Stack, cluster: StackResource) -> tuple[str, str]:
    storage = cluster.properties.child("Configuration").child("ManagedStorageConfiguration")
    value = storage.get("FargateEphemeralStorageKmsKeyId")
    if value is None:
        return "", ""
    key = find_key(stack, value)
    if key is None:
        return "", f"the policy of {value} lets Fargate use it for {cluster.logical_id}"
    if not key.properties.flag("Enabled"):
        return f"{cluster.logical_id} cannot use {key.logical_id}, which is disabled", ""
    problem = use_problem(stack, cluster, key, value)
    return problem and f"{cluster.logical_id} {problem}", ""


def _logs_problem(stack: Stack, group: StackResource, statements: tuple[Statement, ...]) -> str:
    name = name_of(group) or f"${{{group.logical_id}}}"
    arn = f"arn:{stack.partition}:logs:{stack.region}:{ACCOUNT}:log-group:{name}"
    principals = {
        principal
        for statement in statements
        for principal in statement.services
        if principal.startswith(f"logs.{stack.region}.")
    }
    for action in _LOGS_USE:
        requests = [
            Request(
                principal=principal,
                action=action,
                resource=("*",),
                context={
                    "kms:encryptioncontext:aws:logs:arn": (arn,),
                    "aws:sourceaccount": (ACCOUNT,),
                    "aws:sourcearn": (arn,),
                },
            )
            for principal in principals
        ]
        if not any(request.is_let(statements) for request in requests):
            return f"cannot use its key: its policy does not let logs.{stack.region} {action}"
    return ""


def _fargate_problem(cluster: StackResource, statements: tuple[Statement, ...]) -> str:
    context = {
        "kms:encryptioncontext:aws:ecs:clusteraccount": (ACCOUNT,),
        "kms:encryptioncontext:aws:ecs:clustername": (
            name_of(cluster),
            f"${{{cluster.logical_id}}}",
        ),
        "kms:grantoperations": ("Decrypt",),
    }
    for action in _FARGATE_USES:
        request = Request(principal=_FARGATE, action=action, resource=("*",), context=context)
        if not request.is_let(statements):
            return f"cannot use its key: its policy does not let Fargate {action} for this cluster"
    return ""


def _is_let_to_account(
    statements: tuple[Statement, ...], action: str, context: Mapping[str, tuple[str, ...]]
) -> bool:
    """Return whether a principal of the account may act; AWS services act on its behalf."""
    names = {name for statement in statements for name in statement.accounts}
    known = {
        **context,
        "kms:calleraccount": (ACCOUNT,),
        "aws:principalaccount": (ACCOUNT,),
        "kms:grantisforawsresource": ("true",),
    }
    return any(
        Request(principal=name, action=action, resource=("*",), context=known).is_let(statements)
        for name in names
    )
