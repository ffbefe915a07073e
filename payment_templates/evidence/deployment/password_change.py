"""Decides whether a changed password reaches the database, or only its secret."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Reference, Text
from payment_templates.evidence.deployment.database_login import secret_read
from payment_templates.evidence.deployment.parameter_variants import variants_of
from payment_templates.evidence.deployment.replacement import parameters_behind
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from payment_templates.cloudformation import Stack, Value

_CLUSTER, _SECRET = "AWS::RDS::DBCluster", "AWS::SecretsManager::Secret"
_CONTENT = ("SecretString", "GenerateSecretString")
# The properties that decide whether a change reaches the database.
_DECISIVE = {
    _SECRET: ("Name", *_CONTENT),
    _CLUSTER: ("DBClusterIdentifier", "MasterUserPassword"),
}


@dataclass(frozen=True, kw_only=True)
class PasswordChanges:
    """The effects of changing a single parameter on the passwords of clusters and secrets."""

    # Sentences: the secret changes, and the database may keep the old password.
    lost: tuple[str, ...]
    # A parameter that changes only the database password, and the secrets that tasks still read.
    stale: tuple[tuple[str, str], ...]
    # Parameters in a secret's content for which no tested value changes that content.
    undecided: tuple[str, ...]
    # Sentences: the retained old secret occupies its name, so the parameter cannot be changed back.
    retained: tuple[str, ...]


def password_changes(stack: Stack, read_by_tasks: Collection[str]) -> PasswordChanges:
    """Change each password-related parameter in turn, and compare the results.

    If the content of a secret changes but its name does not, the new password may never reach the
    database: CloudFormation compares dynamic references as text, and the RDS handler sends a
    password only if it differs from the previous one, which it may read too late
    (Translator.modifyDbClusterRequest,
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds;
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2210).
    """
    # Independent of the parameter values of `stack`, because every parameter is varied.
    memo = stack.template.memo
    key = (__name__, stack.region, *sorted(read_by_tasks))
    if key not in memo:
        memo[key] = _password_changes(stack, read_by_tasks)
    return cast("PasswordChanges", memo[key])


def _password_changes(stack: Stack, read_by_tasks: Collection[str]) -> PasswordChanges:
    lost: dict[str, None] = {}
    stale: dict[tuple[str, str], None] = {}
    undecided: list[str] = []
    retained: dict[str, None] = {}
    behind_content = parameters_behind(stack.template, {_SECRET: _CONTENT})
    for name in parameters_behind(stack.template, _DECISIVE):
        # In pairs: the operator may change any value to any other.
        variants = variants_of(stack, name)
        pairs = list(combinations(variants, 2))
        lost |= dict.fromkeys(
            f"a change of {name} changes the password in {secret}, but {cluster} may keep the old "
            "one"
            for before, after in pairs
            for cluster, secret in _left_behind(before, after)
        )
        retained |= dict.fromkeys(
            f"changing {name} back fails: the retained {secret} still has the name"
            for before, after in pairs
            for secret in (*_retained(before, after), *_retained(after, before))
        )
        if read_by_tasks and any(_leaves_behind(*pair, read_by_tasks) for pair in pairs):
            stale[name, ", ".join(sorted(read_by_tasks))] = None
        # A secondary cluster of a global database has no secret: its users come with the data.
        has_secret = any(variant.of_type(_SECRET) for variant in variants)
        renewed = any(_renews_content(*pair) for pair in pairs)
        if name in behind_content and has_secret and not renewed:
            undecided.append(name)
    return PasswordChanges(
        lost=tuple(lost),
        stale=tuple(stale),
        undecided=tuple(undecided),
        retained=tuple(retained),
    )


def secrets_read(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield each cluster with each secret of the stack that its password is read from."""
    for cluster in stack.of_type(_CLUSTER):
        for secret in sorted(_secrets(stack, cluster.logical_id)):
            yield cluster.logical_id, secret


def _secrets(stack: Stack, cluster: str) -> set[str]:
    found = secret_read(stack, stack.resources[cluster])
    return {found.logical_id} if found else set()


def _named(value: Value) -> Iterator[str]:
    """Yield every resource that a password refers to."""
    for part in value.parts if isinstance(value, Text) else (value,):
        if isinstance(part, Reference):
            yield part.logical_id


def _left_behind(before: Stack, after: Stack) -> Iterator[tuple[str, str]]:
    """Yield each kept cluster with each changed secret whose new password may not reach it."""
    for cluster in sorted(_logical_ids(before, _CLUSTER) & _logical_ids(after, _CLUSTER)):
        # A cluster with a new name is created again, with the current password.
        if _name(before, cluster) != _name(after, cluster):
            continue
        referred = set(_named(after.resources[cluster].properties.get("MasterUserPassword")))
        another = _password(before, cluster) != _password(after, cluster)
        for secret in sorted(_secrets(before, cluster) | _secrets(after, cluster)):
            # A secret name that the cluster has as plain text does not follow a renamed secret.
            sent = another or secret in referred
            renewed = _name(before, secret) != _name(after, secret)
            if _content(before, secret) != _content(after, secret) and not (renewed and sent):
                yield cluster, secret


def _retained(before: Stack, after: Stack) -> Iterator[str]:
    """Yield each secret with changed content and a changed name whose old version is retained.

    CreateSecret refuses a name that exists.
    """
    for secret in before.of_type(_SECRET):
        name = secret.logical_id
        stays = name in after.resources
        policy = secret.update_replace_policy if stays else secret.deletion_policy
        renamed = name_of(secret) not in {"", _name(after, name)}
        if policy != "Delete" and renamed and _content(before, name) != _content(after, name):
            yield name


def _leaves_behind(before: Stack, after: Stack, secrets: Collection[str]) -> bool:
    """Return whether the password of a cluster changes but none of the secrets does."""
    clusters = _logical_ids(before, _CLUSTER) & _logical_ids(after, _CLUSTER)
    return any(
        _password(before, cluster) != _password(after, cluster) for cluster in clusters
    ) and all(
        (_name(before, secret), _content(before, secret))
        == (_name(after, secret), _content(after, secret))
        for secret in secrets
    )


def _renews_content(before: Stack, after: Stack) -> bool:
    return any(
        _content(before, secret) != _content(after, secret)
        for secret in _logical_ids(before, _SECRET) | _logical_ids(after, _SECRET)
    )


def _content(stack: Stack, secret: str) -> tuple[str, ...]:
    resource = stack.resources.get(secret)
    return tuple(str(resource.properties.get(part)) for part in _CONTENT) if resource else ()


def _password(stack: Stack, cluster: str) -> str:
    return str(stack.resources[cluster].properties.get("MasterUserPassword"))


def _name(stack: Stack, logical_id: str) -> str:
    resource = stack.resources.get(logical_id)
    return name_of(resource) if resource else ""


def _logical_ids(stack: Stack, resource_type: str) -> set[str]:
    return {resource.logical_id for resource in stack.of_type(resource_type)}
