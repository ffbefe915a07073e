"""Says what is lost when a resource is removed or replaced, or its secret value changes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Text, Unknown
from payment_templates.facts.data_loss import (
    CHANGED_VALUE,
    GENERATED_AGAIN,
    IN_CLUSTER,
    LOSSES,
    OTHER_LOSS,
    is_recreated,
)
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import entries
from payment_templates.report.comparison.retention import (
    DELETE,
    deletion_policy,
    update_replace_policy,
)
from payment_templates.report.comparison.values import leaves, mentioned, worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.report.comparison.change import ResourceChange

_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type.
_RESOLVED = "{{resolve:secretsmanager:"
_SERVICE = "AWS::ECS::Service"
# What follows the ARN in ValueFrom: ":password::".
_KEY_OF_ARN = re.compile(r":(?P<key>[^:]*)")
_JSON_KEY = re.compile(r":SecretString:(?P<key>[^:}]+)")


def at_risk(resource: StackResource) -> str:
    """Return what is lost with a resource; "" if CloudFormation can create it again."""
    if is_recreated(resource.type) or is_in_cluster(resource):
        return ""
    return LOSSES.get(resource.type, OTHER_LOSS)


def is_in_cluster(resource: StackResource) -> bool:
    """Return whether a resource is a database instance whose cluster has the data."""
    return cluster_of(resource) is not None


def cluster_of(resource: StackResource) -> Value:
    """Return what names the cluster of a database instance, or None."""
    return resource.properties.entries.get(IN_CLUSTER.get(resource.type, ""))


def lost_by(change: ResourceChange, old: StackResource | None, new: StackResource | None) -> str:
    """Return what the removal or replacement of a resource loses."""
    if old is None or not (loss := at_risk(old)):
        return ""
    if change.effect is Effect.REMOVED:
        policies = [deletion_policy(old)]
    elif change.effect in {Effect.REPLACED, Effect.MAY_REPLACE}:
        # Which of the two templates decides is not documented: both must retain it.
        policies = [update_replace_policy(it) for it in (old, new) if it]
    else:
        return ""
    if any(isinstance(policy, Unknown) for policy in policies):
        return f"{loss}, unless its policy retains it"
    return "" if DELETE not in policies else loss


def lost_by_secret(
    change: ResourceChange, before: Stack, after: Stack, changed: Mapping[str, ResourceChange]
) -> str:
    """Return what keeps the old value of a secret; "" if all get the new one."""
    if change.type != _SECRET or change.effect is not Effect.IN_PLACE:
        return ""
    old, new = (stack.resources[change.logical_id].properties.entries for stack in (before, after))
    generates = new.get("GenerateSecretString")
    resources, tasks = [*_users(change.logical_id, after)], [*_tasks(change.logical_id, after)]
    text = GENERATED_AGAIN
    if generates is None or generates == old.get("GenerateSecretString"):
        pair = (old.get("SecretString"), new.get("SecretString"))
        resources, tasks = (
            [it for it in users if _differ(*pair, key=it[1])] for users in (resources, tasks)
        )
        text = CHANGED_VALUE
    names = [*dict.fromkeys(name for name, _ in resources if name not in changed)]
    verb = "keeps" if len(names) == 1 else "keep"
    # Tags alone replace no task definition.
    kept = [name for name, _ in tasks if not _is_replaced(changed.get(name))]
    if kept:
        names, verb = [*names, f"running tasks of {', '.join(dict.fromkeys(kept))}"], "keep"
    return text.format(users=f"{' and '.join(names)} {verb}") if names else ""


def _is_replaced(change: ResourceChange | None) -> bool:
    return change is not None and change.effect in {Effect.ADDED, Effect.REPLACED}


def _tasks(secret: str, stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield the task definitions of services whose containers get a secret, and its JSON key."""
    served = {
        name
        for resource in stack.resources.values()
        if resource.type == _SERVICE
        for name in mentioned(resource.properties.entries.get("TaskDefinition"))
    }
    for name in sorted(served & stack.resources.keys()):
        for value in _secrets_of_containers(stack.resources[name]):
            if secret in mentioned(value):
                last = value.parts[-1] if isinstance(value, Text) else ""
                found = _KEY_OF_ARN.match(str(last))
                yield name, found["key"] if found else ""


def _secrets_of_containers(task_definition: StackResource) -> Iterator[Value]:
    for container in entries(task_definition.properties.entries.get("ContainerDefinitions")):
        if isinstance(container, Mapping):
            for secret in entries(container.get("Secrets")):
                if isinstance(secret, Mapping):
                    yield secret.get("ValueFrom")


def _users(secret: str, stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield the resources with a dynamic reference to a secret, and the key of its JSON."""
    for name, resource in stack.resources.items():
        for value in leaves(resource.properties.entries):
            if isinstance(value, Text):
                for start, part, end in zip(
                    value.parts, value.parts[1:], (*value.parts[2:], ""), strict=False
                ):
                    if str(start).endswith(_RESOLVED) and secret in _named(part):
                        found = _JSON_KEY.match(str(end))
                        yield name, found["key"] if found else ""


def _named(part: object) -> tuple[str, ...]:
    name = getattr(part, "logical_id", "")
    return (name,) if name else ()


def _differ(old: Value, new: Value, *, key: str) -> bool:
    """Return whether a secret's text, or the key of its JSON, has another value."""
    if new is None or old == new:
        return False
    texts = [_member(it, key) for it in (old, new)]
    return texts[0] != texts[1]


def _member(value: Value, key: str) -> object:
    try:
        return json.loads(worded(value))[key] if key else worded(value)
    except (ValueError, KeyError, TypeError):
        return worded(value)
