"""Decides whether Fargate can encrypt the disks of tasks with the key of their cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.keys import (
    find_alias,
    find_key,
    key_statements,
    names_in_own_policy,
    why_unusable,
)
from payment_templates.evidence.permissions.requests import Request
from payment_templates.evidence.permissions.service_requests import context_of_service
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import reused

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource, Value

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
_FARGATE = "fargate.amazonaws.com"
_USES = ("kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant")


def disk_answer(stack: Stack, cluster: StackResource | None) -> tuple[str, str]:
    """Return why Fargate cannot encrypt ephemeral storage, and what the template does not show.

    Both are empty if Fargate can, or if the storage is encrypted with an AWS owned key.
    """
    if cluster is None:
        return "", ""
    return reused(stack, lambda: _disk_answer(stack, cluster), cluster)


def disk_key_use(
    stack: Stack, cluster: StackResource, key: StackResource, value: Value
) -> tuple[str, str]:
    """Return why Fargate cannot use a key for a cluster, and why that may be; empty if it can."""
    if find_alias(stack, value) or key.properties.flag("MultiRegion"):
        return "uses a multi-Region key or an alias: Fargate supports neither", ""
    context = {
        **context_of_service(stack, _FARGATE),
        "kms:encryptioncontext:aws:ecs:clusteraccount": (ACCOUNT,),
        "kms:encryptioncontext:aws:ecs:clustername": (
            name_of(cluster),
            f"${{{cluster.logical_id}}}",
        ),
        "kms:grantoperations": ("Decrypt",),
    }
    doubt = ""
    for action in _USES:
        request = Request(
            principal=_FARGATE,
            action=action,
            resource=names_in_own_policy(stack),
            context=context,
        )
        answer = request.answer(key_statements(key))
        if answer is False:
            why = f"its policy does not let Fargate {action} for this cluster"
            return f"cannot use its key: {why}", ""
        if answer is None:
            doubt = doubt or f"the policy of {key.logical_id} lets Fargate {action}"
    return "", doubt


def _disk_answer(stack: Stack, cluster: StackResource) -> tuple[str, str]:
    storage = cluster.properties.child("Configuration").child("ManagedStorageConfiguration")
    value = storage.get("FargateEphemeralStorageKmsKeyId")
    if value is None:
        return "", ""
    key = find_key(stack, value)
    if key is None:
        return "", f"the policy of {value} lets Fargate use it for {cluster.logical_id}"
    if unusable := why_unusable(key):
        return f"{cluster.logical_id} cannot use its key: {unusable}", ""
    problem, doubt = disk_key_use(stack, cluster, key, value)
    return problem and f"{cluster.logical_id} {problem}", doubt
