"""Whether a changed password reaches the database, or only the secret that holds it."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Reference, TemplateError, Text
from payment_templates.evidence.examples import examples
from payment_templates.evidence.naming import name_of
from payment_templates.evidence.stacks import stack_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value

_CLUSTER, _SECRET = "AWS::RDS::DBCluster", "AWS::SecretsManager::Secret"
_CONTENT = ("SecretString", "GenerateSecretString")
# Beside the default, these many values of each parameter are tried.
_MOST_VALUES = 4


def lost_passwords(stack: Stack) -> tuple[str, ...]:
    """Tell which change of a parameter leaves the database on another password than its secret.

    CloudFormation compares a dynamic reference as text, and the handler then sends a password only
    if its previous and its new value differ. So content that changes in a secret of the same name
    may be sent to nobody: the text is the same, or the previous value is read too late (Translator
    .modifyDbClusterRequest, https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds;
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2210).
    """
    # Every parameter is varied, so one start is as good as another.
    memo = stack.template.memo
    key = (__name__, stack.region)
    if key not in memo:
        memo[key] = tuple(_lost_passwords(stack))
    return cast("tuple[str, ...]", memo[key])


def _lost_passwords(stack: Stack) -> Iterator[str]:
    for name in stack.template.parameters:
        # In pairs: the operator may go from any value to any other.
        for before, after in combinations(_variants(stack, name), 2):
            for cluster in before.of_type(_CLUSTER):
                for secret in _secrets(before, cluster) | _secrets(after, cluster):
                    if _is_left_behind(before, after, cluster.logical_id, secret):
                        yield (
                            f"a change of {name} changes {secret} under the same name, and "
                            f"{cluster.logical_id} may stay on the old password"
                        )


def secrets_read(stack: Stack) -> Iterator[tuple[str, str]]:
    """Give each cluster with each secret of the stack that its password is read from."""
    for cluster in stack.of_type(_CLUSTER):
        for secret in sorted(_secrets(stack, cluster)):
            yield cluster.logical_id, secret


def _variants(stack: Stack, name: str) -> list[Stack]:
    """Resolve the stack once for each value of a parameter that the template does not refuse."""
    parameter = stack.template.parameters[name]
    default = parameter.default
    texts = [
        stack.parameters.get(name, ""),
        default or "",
        *islice(examples(parameter, stack.region), _MOST_VALUES),
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


def _secrets(stack: Stack, cluster: StackResource) -> set[str]:
    """Find the secrets that a cluster's password refers to, or names."""
    resource = stack.resources.get(cluster.logical_id)
    if resource is None:
        return set()
    password = resource.properties.get("MasterUserPassword")
    text, referred = str(password), set(_named(password))
    return {
        secret.logical_id
        for secret in stack.of_type(_SECRET)
        if secret.logical_id in referred
        or (name_of(secret) and f"secretsmanager:{name_of(secret)}:" in text)
    }


def _named(value: Value) -> Iterator[str]:
    """Find every resource that a password refers to."""
    for part in value.parts if isinstance(value, Text) else (value,):
        if isinstance(part, Reference):
            yield part.logical_id


def _is_left_behind(before: Stack, after: Stack, cluster: str, secret: str) -> bool:
    if not all(name in stack.resources for stack in (before, after) for name in (cluster, secret)):
        return False
    old, new = before.resources[secret], after.resources[secret]
    renewed = name_of(old) != name_of(new)
    # A cluster with another name is a new one, and gets the password of that day.
    another = name_of(before.resources[cluster]) != name_of(after.resources[cluster])
    changed = any(
        str(old.properties.get(part)) != str(new.properties.get(part)) for part in _CONTENT
    )
    return changed and not renewed and not another
