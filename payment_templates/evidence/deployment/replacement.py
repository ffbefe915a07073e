"""Which parameters, changed on a running stack, would replace something that holds state."""

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

# Create-only properties of the types above refer to them, and Ref gives the name.
_NAMED_BY = {"AWS::RDS::DBSubnetGroup": "DBSubnetGroupName"}
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.


def parameters_behind(
    template: Template, table: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return each parameter that decides a property of a table, with the properties it decides."""
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
    """Return each secret and parameter that change the password of a database in one update.

    The parameter decides the secret's name and the cluster's password, and the cluster reads its
    password from the secret or from the parameter.
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
    """Find the parameters that a value depends on, also by way of conditions and resources."""
    yield from sorted(parameters_of(template, conditions_in(value)))
    for logical_id, attribute in attributes_in(value):
        if logical_id in template.parameters:
            yield logical_id
        elif logical_id in template.resources and logical_id not in seen:
            resource = template.resources[logical_id]
            followed = attribute or _NAMED_BY.get(resource.type, "")
            behind = cast("Json", resource.properties).get(followed)
            yield from _parameters(template, behind, (*seen, logical_id))
