"""Finds the parameters whose change replaces a stateful resource or renews a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import (
    attributes_in,
    conditions_in,
    parameters_of,
    references_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Json, Template

# Types whose Ref is their name, in create-only properties of stateful resources: the name property.
_NAMED_BY = {"AWS::RDS::DBSubnetGroup": "DBSubnetGroupName"}
_BRANCHES = ("then", "otherwise")
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.


def parameters_behind(
    template: Template, table: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return the parameters that decide the properties in a table, each with those properties.

    `table` has the property names by resource type; a result is written as `LogicalId.Property`.
    """
    found: dict[str, list[str]] = {}
    for name, resource in template.resources.items():
        properties = cast("Json", resource.properties)
        for create_only in table.get(resource.type, ()):
            for parameter in sorted(set(_parameters(template, properties.get(create_only), ()))):
                found.setdefault(parameter, []).append(f"{name}.{create_only}")
    return {parameter: tuple(places) for parameter, places in found.items()}


def cluster_parameters(template: Template, name: str) -> tuple[str, ...]:
    """Return the parameters that a property of a database cluster depends on."""
    clusters = template.of_type("AWS::RDS::DBCluster")
    values = [cast("Json", cluster.properties).get(name) for cluster in clusters]
    return tuple(sorted(set(_parameters(template, values, ()))))


def renewed_secrets(template: Template) -> tuple[tuple[str, str], ...]:
    """Return pairs of a secret and a parameter that changes its name and a cluster's password.

    A change of the parameter then reaches the secret and the database in the same update.
    """
    found: dict[tuple[str, str], None] = {}
    for cluster in template.of_type("AWS::RDS::DBCluster"):
        password = cast("Json", cluster.properties).get("MasterUserPassword")
        read = set(references_in(password))
        for secret in template.of_type(_SECRET):
            name = secret.logical_id
            if name in read:
                own = cast("Json", secret.properties).get("Name")
                both = set(_parameters(template, own, ())) & set(
                    _parameters(template, password, (name,))
                )
                found |= dict.fromkeys((name, parameter) for parameter in sorted(both))
    return tuple(found)


def _parameters(template: Template, value: object, seen: tuple[str, ...]) -> Iterator[str]:
    """Yield the parameters that a value depends on, also through conditions and resources."""
    value = _without_equal_branches(value)
    yield from sorted(parameters_of(template, conditions_in(value)))
    for logical_id, attribute in attributes_in(value):
        if logical_id in template.parameters:
            yield logical_id
        elif logical_id in template.resources and logical_id not in seen:
            resource = template.resources[logical_id]
            followed = attribute or _NAMED_BY.get(resource.type, "")
            behind = cast("Json", resource.properties).get(followed)
            yield from _parameters(template, behind, (*seen, logical_id))


def _without_equal_branches(value: object) -> object:
    """Return a value in which an Fn::If of equal branches is its branch: no condition decides."""
    if isinstance(value, dict):
        entries = {
            key: _without_equal_branches(entry) for key, entry in cast("Json", value).items()
        }
        found = entries.get("Fn::If")
        branches = cast("list[object]", found)[1:] if isinstance(found, list) else []
        same = len(entries) == 1 and len(branches) == len(_BRANCHES) and branches[0] == branches[1]
        return branches[0] if same else entries
    if isinstance(value, list):
        return [_without_equal_branches(entry) for entry in cast("list[object]", value)]
    return value
