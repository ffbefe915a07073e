"""Reads from a template, or from a planned stack, which global database it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.rollout.planned_stack import known_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Json, Resource, Template
    from payment_templates.rollout.planned_stack import PlannedStack

CLUSTER = "AWS::RDS::DBCluster"
GLOBAL_CLUSTER = "AWS::RDS::GlobalCluster"
# The region in which the database was created, which never changes.
HOME_REGION = "DatabaseHomeRegion"
# The other region of the pair.
SECOND_REGION = "SecondRegion"
_IDENTIFIER = "GlobalClusterIdentifier"


def has_global_database(template: Template) -> bool:
    """Return whether the stacks of a template share a database."""
    return any(
        one.type == GLOBAL_CLUSTER or (one.type == CLUSTER and _IDENTIFIER in _declared(one))
        for one in template.resources.values()
    )


def _declared(resource: Resource) -> Json:
    properties = resource.properties
    return cast("Json", properties) if isinstance(properties, dict) else {}


def home_region_of(template: Template, given: Mapping[str, str], former: Mapping[str, str]) -> str:
    """Return the region that creates the database: given, kept, or by default; empty if none."""
    if HOME_REGION not in template.parameters:
        return ""
    default = template.parameters[HOME_REGION].default
    return given.get(HOME_REGION) or former.get(HOME_REGION) or default or ""


def regions_of_pair(planned: PlannedStack) -> tuple[str, ...]:
    """Return the two regions that share the database; only its own if the template names none."""
    names = (HOME_REGION, SECOND_REGION)
    if not {*names} <= {*planned.stack.template.parameters}:
        return (planned.region,)
    return tuple(map(planned.parameter, names))


def global_database_of(planned: PlannedStack) -> str:
    """Return the identifier of a stack's global database; empty if it has none, or if unknown."""
    found = (
        known_text(one.properties, _IDENTIFIER)
        for one in planned.stack.of_type(GLOBAL_CLUSTER, CLUSTER)
    )
    return next(filter(None, found), "")


def joins(planned: PlannedStack) -> bool:
    """Return whether the stack's cluster becomes a member of a database that exists already."""
    return any(_IDENTIFIER in one.properties for one in planned.stack.of_type(CLUSTER))
