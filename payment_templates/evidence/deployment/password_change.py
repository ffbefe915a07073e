"""Whether a changed password reaches the database, or only the secret that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Reference, TemplateError, Text
from payment_templates.evidence.deployment.database_login import secret_read
from payment_templates.evidence.deployment.replacement import parameters_behind
from payment_templates.evidence.examined_stacks import stack_of
from payment_templates.evidence.example_values import examples, limits
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from payment_templates.cloudformation import Stack, Value

_CLUSTER, _SECRET = "AWS::RDS::DBCluster", "AWS::SecretsManager::Secret"
_CONTENT = ("SecretString", "GenerateSecretString")
# What decides whether a change reaches the database: content and name of both.
_DECISIVE = {
    _SECRET: ("Name", *_CONTENT),
    _CLUSTER: ("DBClusterIdentifier", "MasterUserPassword"),
}
# Besides the default, at most this many likely values and this many unlikely ones are tried.
_MOST_VALUES = 4


@dataclass(frozen=True, kw_only=True)
class PasswordChanges:
    """What changes of single parameters do to the passwords of database and secrets."""

    # Sentences: the secret changes, and the database may keep the old password.
    lost: tuple[str, ...]
    # The parameter, and the secrets that tasks read and that stay while the database changes.
    stale: tuple[tuple[str, str], ...]
    # Parameters behind a secret's content of which no value is known that changes it.
    undecided: tuple[str, ...]
    # Sentences: the old secret keeps its name, so that its parameter cannot be changed back.
    retained: tuple[str, ...]


def password_changes(stack: Stack, read_by_tasks: Collection[str]) -> PasswordChanges:
    """Change each parameter that has to do with a password, and compare.

    CloudFormation compares a dynamic reference as text, and the handler then sends a password only
    if its previous and its new value differ. So content that changes in a secret of the same name
    may be sent to no one: the text is the same, or the previous value is read too late (Translator
    .modifyDbClusterRequest, https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds;
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2210).
    """
    # Every parameter is varied, so one start is as good as another.
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
        # In pairs: the operator may go from any value to any other.
        pairs = list(combinations(_variants(stack, name), 2))
        lost |= dict.fromkeys(
            f"a change of {name} changes the password in {secret}, and {cluster} may keep the old "
            "one"
            for before, after in pairs
            for cluster, secret in _left_behind(before, after)
        )
        retained |= dict.fromkeys(
            f"a change of {name} and back fails: the retained {secret} has the name"
            for before, after in pairs
            for secret in (*_retained(before, after), *_retained(after, before))
        )
        if read_by_tasks and any(_leaves_behind(*pair, read_by_tasks) for pair in pairs):
            stale[name, ", ".join(sorted(read_by_tasks))] = None
        if name in behind_content and not any(_renews_content(*pair) for pair in pairs):
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


def _variants(stack: Stack, name: str) -> list[Stack]:
    """Resolve the stack once for each value of a parameter that the template does not refuse."""
    parameter = stack.template.parameters[name]
    default = parameter.default
    texts = [
        stack.parameters.get(name, ""),
        default or "",
        *islice(examples(parameter, stack.region), _MOST_VALUES),
        *islice(limits(parameter, stack.region), _MOST_VALUES),
    ]
    found: list[Stack] = []
    for text in sorted(set(texts)):
        if parameter.problem(text):
            continue
        values = {**stack.parameters, name: text}
        try:
            found.append(stack_of(stack.template, region=stack.region, parameters=values))
        except TemplateError:
            continue
    return found


def _secrets(stack: Stack, cluster: str) -> set[str]:
    found = secret_read(stack, stack.resources[cluster])
    return {found.logical_id} if found else set()


def _named(value: Value) -> Iterator[str]:
    """Find every resource that a password refers to."""
    for part in value.parts if isinstance(value, Text) else (value,):
        if isinstance(part, Reference):
            yield part.logical_id


def _left_behind(before: Stack, after: Stack) -> Iterator[tuple[str, str]]:
    """Find each cluster that stays, with each secret that changes while its password may stay."""
    for cluster in sorted(_logical_ids(before, _CLUSTER) & _logical_ids(after, _CLUSTER)):
        # A cluster with another name is a new one, and gets the password of that day.
        if _name(before, cluster) != _name(after, cluster):
            continue
        referred = set(_named(after.resources[cluster].properties.get("MasterUserPassword")))
        another = _password(before, cluster) != _password(after, cluster)
        for secret in sorted(_secrets(before, cluster) | _secrets(after, cluster)):
            # A name that the cluster states as text stays when the secret gets another one.
            sent = another or secret in referred
            renewed = _name(before, secret) != _name(after, secret)
            if _content(before, secret) != _content(after, secret) and not (renewed and sent):
                yield cluster, secret


def _retained(before: Stack, after: Stack) -> Iterator[str]:
    """Find each secret with other content and another name that is not deleted.

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
    """Return whether a cluster gets another password, and none of the secrets does."""
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
