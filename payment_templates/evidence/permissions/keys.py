"""Finds the KMS key that a property refers to, and decides what its key policy allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.grants import Answer
from payment_templates.evidence.permissions.policies import Statement, read_statements
from payment_templates.evidence.permissions.requests import Request

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource, Value

KEY, ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"
# A copy of a multi-Region key whose primary is in another region; it is deleted separately.
REPLICA = "AWS::KMS::ReplicaKey"
# KMS generates the ID of a key.
_SOME_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
_DEFAULT_POLICY: Value = {
    "Effect": "Allow",
    "Principal": {"AWS": ACCOUNT},
    "Action": "kms:*",
    "Resource": "*",
}


def find_key(stack: Stack, value: Value) -> StackResource | None:
    """Return the key of the stack that a value refers to by ID, ARN or alias; None for another."""
    found = stack.find(value, KEY, REPLICA, ALIAS)
    if found and found.type == ALIAS:
        return stack.find(found.properties.get("TargetKeyId"), KEY, REPLICA)
    return found


def find_alias(stack: Stack, value: Value) -> StackResource | None:
    """Return the alias of the stack that a value refers to, or None."""
    return stack.find(value, ALIAS)


def why_unusable(key: StackResource) -> str:
    """Return why no service can encrypt with a key, whatever its key policy allows, or ""."""
    fields = key.properties
    name = key.logical_id
    if "Enabled" in fields and not fields.flag("Enabled"):
        return f"{name} is disabled"
    if key.type == REPLICA:
        # It has the specification and the key material of its primary, in another region.
        return ""
    spec, usage = fields.text("KeySpec"), fields.text("KeyUsage")
    if (spec, usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        # https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
        return f"{name} is {spec} for {usage}: services encrypt with symmetric keys alone"
    # CreateKey, Origin: KMS makes no key material, which waits for an import.
    if (origin := fields.text("Origin")) not in {"", "AWS_KMS"}:
        return f"{name} has the origin {origin}: KMS makes no key material for it"
    return ""


def key_statements(key: StackResource) -> tuple[Statement, ...]:
    """Read the key policy of a key, or the default key policy."""
    return read_statements(key_policy(key))


def key_policy(key: StackResource) -> Properties:
    """Return the key policy of a key, or the default key policy."""
    if "KeyPolicy" in key.properties:
        return key.properties.child("KeyPolicy")
    return Properties(place="the default policy of KMS", entries={"Statement": _DEFAULT_POLICY})


def names_in_own_policy(stack: Stack) -> tuple[str, ...]:
    """Return how a key policy can name its key: by *, "this KMS key", or by a pattern of ARNs.

    A key policy cannot refer to its own key.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    return ("*", f"arn:{stack.partition}:kms:{stack.region}:{ACCOUNT}:key/{_SOME_ID}")


def account_may(stack: Stack, key: StackResource, action: str) -> Answer:
    """Return whether the key policy lets IAM policies of the account allow an action on the key.

    UNSEEN if the key policy names roles or users that may be the caller, or has a condition whose
    key is not known.
    """
    statements = key_statements(key)

    def request(principal: str) -> Request:
        return Request(
            principal=principal,
            action=action,
            resource=names_in_own_policy(stack),
            context={"kms:calleraccount": (ACCOUNT,), "aws:principalaccount": (ACCOUNT,)},
        )

    # A role that no statement names.
    role = request("")
    if request(ACCOUNT).is_let(statements) and not role.may_be_denied(statements):
        return Answer.YES
    names = {ACCOUNT, *(name for statement in statements for name in statement.accounts)}
    maybe = any(request(name).may_be_let(statements) for name in names)
    return Answer.UNSEEN if maybe else Answer.NO
