"""Decides whether the role of a backup selection may use the keys of the backups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from payment_templates.evidence.backups.plans import copied_to
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.grants import (
    Answer,
    Request,
    role_denies,
    role_may,
    role_may_with_policy,
)
from payment_templates.evidence.permissions.keys import ALIAS, find_key, key_policy
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.evidence.backups.plans import BackupRule
    from payment_templates.evidence.topology import Topology

# RDS acts on behalf of the role, which needs both. AWS recommends to allow the second one only
# through RDS, with kms:ViaService, and does not say through what AWS Backup describes a key.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html
_DESCRIBE, _GRANT = "kms:DescribeKey", "kms:CreateGrant"
# Keys whose policies let the whole account use them through their service:
# https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
_OWN_OF_AWS = "alias/aws/"


@dataclass(frozen=True, kw_only=True)
class _Use:
    """A key, with the stack whose region has it."""

    stack: Stack
    value: Value
    key: StackResource | None


def key_problems(
    topology: Topology,
    rule: BackupRule,
    database: StackResource,
    doubts: list[str],
    *,
    role: StackResource,
    names: tuple[str, ...],
) -> Iterator[str]:
    """Yield which key a role certainly cannot use, and add to the doubts what may be refused.

    "Your IAM role must have access to the KMS key being used to back up and restore the object.
    [...] The permissions in IAM policy and KMS key policy must be consistent."
    https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
    """
    stack = topology.stack
    for use in _uses(topology, rule, database):
        # In the other region, a reference to a role means a role of that region.
        known = [name for name in names if use.stack is stack or "${" not in name]
        may = partial(_may, stack, role, tuple(known), use)
        requests = tuple(_requests(use))
        # Through no service at all.
        if {may(replace(each, context=_known(use.stack))) for each in requests} == {Answer.NO}:
            yield f"{role.logical_id} may not use {_said(use)}, the key of its backups"
            continue
        for request in requests:
            what = f"{request.action} on {_said(use)}"
            answer = may(request)
            if answer is Answer.NO:
                doubts.append(
                    f"AWS Backup does without {what}, which {role.logical_id} may not use"
                )
            elif answer is Answer.UNSEEN:
                doubts.append(f"{role.logical_id} may {what}")
        if use.key is None and _OWN_OF_AWS not in str(use.value):
            doubts.append(f"the policy of {use.value} lets {role.logical_id} use it")


def _may(
    stack: Stack, role: StackResource, names: tuple[str, ...], use: _Use, request: Request
) -> Answer:
    if use.key:
        # The policies of the role name the key of their own region by a reference.
        asked = request if use.stack is stack else replace(request, resources=_elsewhere(request))
        policy = key_policy(use.key)
        return role_may_with_policy(stack, role, asked, policy, names, resources=request.resources)
    denied = role_denies(stack, role, request)
    if denied is Answer.YES:
        return Answer.NO
    if _OWN_OF_AWS in str(use.value):
        return Answer.UNSEEN if denied is Answer.UNSEEN else Answer.YES
    # The policy of the key may name the role, which then needs no more. An alias may be of any key.
    answer = role_may(stack, role, request)
    return Answer.UNSEEN if answer is Answer.NO else answer


def _elsewhere(request: Request) -> tuple[str, ...]:
    """Return the names of a key of another region that a template of this one can match."""
    return tuple(
        name.replace("${", "${elsewhere ") for name in request.resources if name.startswith("arn:")
    )


def _uses(topology: Topology, rule: BackupRule, database: StackResource) -> Iterator[_Use]:
    """Yield the key of each snapshot: that of the database here, and of the vault for a copy.

    Not that of the vault here: a snapshot of RDS keeps the key of its database.
    """
    places = [(topology.stack, database.properties.get("KmsKeyId"))]
    for copy in rule.copies:
        if found := copied_to(topology, copy):
            place, vault = found
            places.append((place, vault.properties.get("EncryptionKeyArn")))
    for place, value in places:
        if value is not None:
            yield _Use(stack=place, value=value, key=find_key(place, value))


def _known(stack: Stack) -> dict[str, str]:
    """Return the condition keys that are known whichever service asks."""
    return {
        "kms:calleraccount": ACCOUNT,
        "aws:principalaccount": ACCOUNT,
        "aws:requestedregion": stack.region,
    }


def _requests(use: _Use) -> Iterator[Request]:
    stack, key = use.stack, use.key
    start = f"arn:{stack.partition}:kms:{stack.region}:{ACCOUNT}:key/"
    names: tuple[str, ...] = (f"{start}{use.value}", str(use.value))
    context = _known(stack)
    if key:
        own = f"${{{key.logical_id}}}"
        names = (f"{start}{own}", own, f"${{{key.logical_id}.Arn}}")
        if alias := _alias(stack, key):
            context["kms:resourcealiases"] = alias
    yield Request(action=_DESCRIBE, resources=names, context=context)
    through = {
        "kms:grantisforawsresource": "true",
        "kms:viaservice": f"rds.{stack.region}.amazonaws.com",
    }
    yield Request(action=_GRANT, resources=names, context=context | through)


def _said(use: _Use) -> str:
    return f"{use.key.logical_id if use.key else use.value} in {use.stack.region}"


def _alias(stack: Stack, key: StackResource) -> str:
    """Return the only alias of a key, or ""."""
    names = [
        name_of(alias)
        for alias in stack.of_type(ALIAS)
        if find_key(stack, alias.properties.get("TargetKeyId")) is key
    ]
    return names[0] if len(names) == 1 else ""
