"""Whether a key encrypts what holds it: that it can, and that its policy lets the services in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from payment_templates.evidence.naming import name_of
from payment_templates.evidence.resolve.parameters import ACCOUNT
from payment_templates.evidence.resolve.values import Fields, Reference
from payment_templates.evidence.topology.policies import Statement, read_statements
from payment_templates.evidence.topology.requests import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Value

# What each service does with the key in the name of the account:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
_USES = {
    "AWS::RDS::DBCluster": ("rds", ("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey")),
    "AWS::SecretsManager::Secret": ("secretsmanager", ("kms:Decrypt", "kms:GenerateDataKey")),
}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
_LOG_GROUP = "AWS::Logs::LogGroup"
_LOGS_USE = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey")
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
_DEFAULT_POLICY: Value = {
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": "kms:*",
    "Resource": "*",
}


def key_problem(key: Resource) -> str:
    """Say why a key encrypts nothing, or is not rotated; empty when it does and is."""
    fields = key.fields
    name = key.logical_id
    if fields.text("Enabled") == "false":
        return f"{name} is disabled"
    spec = fields.text("KeySpec") or "SYMMETRIC_DEFAULT"
    usage = fields.text("KeyUsage") or "ENCRYPT_DECRYPT"
    if (spec, usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        # https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
        return f"{name} is {spec} for {usage}: services encrypt with symmetric keys alone"
    if not fields.flag("EnableKeyRotation"):
        return f"{name} is not rotated"
    # PutKeyPolicy, BypassPolicyLockoutSafetyCheck: the caller must be able to write it again.
    if not _is_let_to_account(_statements(key), "kms:PutKeyPolicy", {}):
        return f"{name} locks its account out: nobody may put its policy"
    return ""


def use_problem(stack: Stack, resource: Resource, key: Resource, value: Value) -> str:
    """Say why a resource cannot use its key, empty when it can."""
    statements = _statements(key)
    if resource.type == _LOG_GROUP:
        if not isinstance(value, Reference) or value.attribute != "Arn":
            return "names its key by ID or alias: logs take the ARN alone"
        return _logs_problem(stack, resource, statements)
    service, actions = _USES.get(resource.type, ("", ()))
    context = {"kms:viaservice": (f"{service}.{stack.region}.amazonaws.com",)}
    for action in actions:
        if not _is_let_to_account(statements, action, context):
            return f"cannot use its key: nobody may {action} by {service}"
    return ""


def _logs_problem(stack: Stack, group: Resource, statements: tuple[Statement, ...]) -> str:
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


def _is_let_to_account(
    statements: tuple[Statement, ...], action: str, context: Mapping[str, tuple[str, ...]]
) -> bool:
    """Tell whether somebody of an account may act; AWS hands it on to the services."""
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


@cache
def _statements(key: Resource) -> tuple[Statement, ...]:
    if "KeyPolicy" in key.fields:
        return read_statements(key.fields.child("KeyPolicy"))
    default = Fields(place="the default policy of KMS", entries={"Statement": _DEFAULT_POLICY})
    return read_statements(default)
