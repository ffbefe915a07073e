"""Describes the consequences of a change and refuses data loss that is not allowed by name."""

from collections.abc import Iterable, Sequence

from payment_templates.exit_codes import ExitCode
from payment_templates.facts.data_loss import LOSSES, OTHER_LOSS, is_recreated
from payment_templates.rollout.changes import Change, PasswordEffect, Replacement
from payment_templates.rollout.errors import RolloutError

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_SECURITY_GROUP = "AWS::EC2::SecurityGroup"
# CloudFormation deletes these before it recreates them: replacementStrategy of their schemas.
_WHILE_REPLACED = {
    "AWS::EC2::SubnetRouteTableAssociation": "its subnet has no egress meanwhile",
    "AWS::EC2::VPCGatewayAttachment": "the network has no egress meanwhile",
}
_RETAINED = {
    "Retain": "the old one is retained outside the stack",
    "RetainExceptOnCreate": "the old one is retained outside the stack",
    "Snapshot": "a final snapshot is retained",
}


def is_stateful(change: Change) -> bool:
    """Return whether the resource holds, or may hold, data."""
    return holds_data(change.resource_type)


def holds_data(resource_type: str) -> bool:
    """Return whether resources of this type hold, or may hold, data."""
    return not is_recreated(resource_type)


def is_loss(change: Change) -> bool:
    """Return whether the change may lose something that cannot be recreated."""
    if change.password is PasswordEffect.UNCHANGED:
        return is_stateful(change) and change.removes_resource
    return change.password is PasswordEffect.OUT_OF_SYNC


def consequence(change: Change) -> str:
    """Describe the consequence of a change; empty if nothing is lost or interrupted."""
    if change.password is PasswordEffect.OUT_OF_SYNC:
        return "gets a new password, and the database keeps the old one: new tasks cannot connect"
    if not change.removes_resource:
        return _interruption(change)
    how = _how(change)
    if change.password is PasswordEffect.UPDATED:
        return f"{how} on purpose: the database gets the new password in this update"
    if not is_stateful(change):
        interruption = _WHILE_REPLACED.get(change.resource_type)
        return f"{how}: {interruption}" if interruption else how
    lost = LOSSES.get(change.resource_type, OTHER_LOSS)
    return f"{how}: {_RETAINED.get(change.policy) or lost}"


def require_allowance(changes: Sequence[Change], allowed: Iterable[str], *, also: str = "") -> None:
    """Refuse data loss unless the resource is allowed by name; raises RolloutError.

    `also` is another option that is missing.
    """
    allowed = set(allowed)
    refused = [change for change in changes if is_loss(change) and change.logical_id not in allowed]
    if refused:
        first = refused[0]
        names = [f"--allow-replacement {change.logical_id}" for change in refused]
        wanted = " ".join([also, *names] if also else names)
        raise RolloutError(
            f"{first.logical_id}: {consequence(first)}; nothing was changed",
            ExitCode.REFUSED,
            hint=f"to allow this, use {wanted}",
        )


def _interruption(change: Change) -> str:
    rules = {"SecurityGroupIngress", "SecurityGroupEgress"}
    if change.resource_type == _SECURITY_GROUP and rules.intersection(change.properties):
        # AWS::EC2::SecurityGroup: "a short interruption during which you cannot connect".
        return "new connections may be refused for a minute"
    if change.resource_type == _LISTENER and {"Certificates", "SslPolicy"} & {*change.properties}:
        # AWS::ElasticLoadBalancingV2::Listener, Certificates: "update requires some interruptions".
        return "HTTPS may be interrupted for a moment"
    return ""


def _how(change: Change) -> str:
    if change.action == "Remove":
        return "is removed"
    if change.action == "Dynamic":
        return "may be removed or replaced"
    return "is replaced" if change.replacement is Replacement.ALWAYS else "may be replaced"
