"""Checks whether a changed secret and the database's password stay in sync."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import conditions_in, parameters_of
from payment_templates.rollout.changes import PasswordEffect, Replacement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.cloudformation import Json, Template
    from payment_templates.rollout.changes import Change

_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type
_CLUSTER = "AWS::RDS::DBCluster"


def judge_passwords(changes: Sequence[Change], template: Template) -> tuple[Change, ...]:
    """Return the changes with the effect of each changed secret on the database's password."""
    together = _updates_database_password(changes)
    return tuple(
        replace(change, password=_judge(change, template, together=together))
        if change.resource_type == _SECRET and change.action == "Modify"
        else change
        for change in changes
    )


def _updates_database_password(changes: Sequence[Change]) -> bool:
    clusters = [one for one in changes if one.resource_type == _CLUSTER]
    return bool(clusters) and all(
        one.action == "Modify"
        and one.replacement is Replacement.NEVER
        and "MasterUserPassword" in one.properties
        for one in clusters
    )


def _judge(change: Change, template: Template, *, together: bool) -> PasswordEffect:
    if change.replacement is Replacement.NEVER:
        # A change inside GenerateSecretString generates a new password in the same secret. The
        # cluster's reference to it stays the same, so CloudFormation does not update the cluster:
        # coverage-roadmap 2210; aws-cdk pull 11237.
        generates = "GenerateSecretString" in change.properties
        return (
            PasswordEffect.OUT_OF_SYNC if generates and not together else PasswordEffect.UNCHANGED
        )
    renamed = "Name" in change.properties and _is_named_by_password(change.logical_id, template)
    return PasswordEffect.UPDATED if renamed and together else PasswordEffect.UNCHANGED


def _is_named_by_password(logical_id: str, template: Template) -> bool:
    # The template names the secrets of a generated and a given password differently, by a condition
    # on the parameter, so that neither an update nor its rollback changes a secret in use.
    secret = template.resources.get(logical_id)
    name = cast("Json", secret.properties).get("Name") if secret else None
    deciding = parameters_of(template, conditions_in(name))
    return any(template.parameters[parameter].no_echo for parameter in deciding)
