"""A template for one region and one set of parameter values, with no intrinsic left."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from payment_templates.evidence.resolve.conditions import broken_rule, conditions_of
from payment_templates.evidence.resolve.errors import EvidenceError, UnresolvedError
from payment_templates.evidence.resolve.functions import resolve
from payment_templates.evidence.resolve.parameters import values_of
from payment_templates.evidence.resolve.references import NO_VALUE, Names
from payment_templates.evidence.resolve.regions import moved, partition_of
from payment_templates.evidence.resolve.values import Fields, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payment_templates.evidence.resolve.template import Json, Template

Made = TypeVar("Made")
_WORD = re.compile(r"\w+")


# Compared by identity: combinations share the resources that they do not change.
@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """One resource that the stack would make."""

    logical_id: str
    type: str
    fields: Fields
    depends_on: tuple[str, ...]
    deletion_policy: str
    update_replace_policy: str


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What CloudFormation would make of a template in one region."""

    template: Template
    region: str
    parameters: Mapping[str, str]
    conditions: Mapping[str, bool]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Value]

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn, ..."""
        return partition_of(self.region)[0]

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """List the resources of some types, in the order of the template."""
        return tuple(resource for resource in self.resources.values() if resource.type in types)

    def of(self, logical_id: str, resource_type: str) -> Resource | None:
        """Give the resource of an ID, None when it is absent or of another type."""
        found = self.resources.get(logical_id)
        return found if found and found.type == resource_type else None

    @cached_property
    def content(self) -> tuple[object, ...]:
        """What stands, whatever parameters and conditions led to it: equal for equal stacks."""
        return (self.region, *self.resources.values(), str(self.outputs))

    def remembered(self, make: Callable[[Stack], Made], *types: str, about: str = "") -> Made:
        """Make something of the resources of some types, once for all stacks that share them."""
        key = (make.__module__, make.__qualname__, about, self.region, *self.of_type(*types))
        if key not in self.template.known:
            self.template.known[key] = make(self)
        return cast("Made", self.template.known[key])

    def in_region(self, region: str) -> Stack:
        """Resolve the same template in another region.

        The parameters are the same, but for zones and ARNs: there they are those of that region.
        """
        parameters = moved(self.parameters, self.region, region)
        return resolve_stack(self.template, region=region, parameters=parameters)


def resolve_stack(
    template: Template,
    *,
    region: str,
    parameters: Mapping[str, str],
    forced: Mapping[str, bool] = MappingProxyType({}),
) -> Stack:
    """Resolve a template; every parameter without a default must be among those given.

    Conditions that are forced hold, or not, whatever the parameters are.

    Raises EvidenceError when a rule of the template refuses the values, and UnresolvedError, with
    its place, for an expression that is not known.
    """
    values = values_of(template, region, parameters)
    if broken := broken_rule(template, region, values):
        raise EvidenceError(f"the template refuses these parameters: {broken}")
    conditions = conditions_of(template, region, values, forced)
    documents = template.section("Resources")
    made = {name: _holds(document, conditions, name) for name, document in documents.items()}
    names = Names(
        region=region,
        values=values,
        resources=made,
        conditions=conditions,
        mappings=template.section("Mappings"),
    )
    outputs = {
        name: resolve(document.get("Value"), f"Outputs.{name}.Value", names)
        for name, document in template.section("Outputs").items()
        if _holds(document, conditions, name)
    }
    return Stack(
        template=template,
        region=region,
        parameters=parameters,
        conditions=conditions,
        resources={name: _remembered(template, name, names) for name in documents if made[name]},
        outputs=outputs,
    )


def _holds(document: Json, conditions: Mapping[str, bool], name: str) -> bool:
    condition: object = document.get("Condition")
    if condition is None:
        return True
    if not isinstance(condition, str) or condition not in conditions:
        raise UnresolvedError(f"{name}.Condition", f"the template has no condition {condition}")
    return conditions[condition]


def _remembered(template: Template, name: str, names: Names) -> Resource:
    """Resolve a resource once for all combinations that give it the same values."""
    mentioned = _mentioned(template, name)
    values = (names.values.get(word, names.conditions.get(word)) for word in mentioned)
    made = (names.resources.get(word) for word in mentioned)
    key = (name, names.region, *map(str, values), *map(str, made))
    if key not in template.known:
        document = template.section("Resources")[name]
        resource = _resource(name, document, names)
        # Different values of a parameter may come to the same resource.
        content = (name, names.region, str(resource.fields.entries))
        template.known[key] = template.known.setdefault(content, resource)
    return cast("Resource", template.known[key])


@cache
def _mentioned(template: Template, name: str) -> tuple[str, ...]:
    """List every parameter, condition and resource that a resource may name."""
    words = set(_WORD.findall(json.dumps(template.section("Resources")[name])))
    sections = ("Parameters", "Conditions", "Resources")
    return tuple(
        word for section in sections for word in template.section(section) if word in words
    )


def _resource(name: str, document: Json, names: Names) -> Resource:
    place = f"Resources.{name}"
    properties = resolve(document.get("Properties", {}), f"{place}.Properties", names)
    if properties is NO_VALUE or not isinstance(properties, dict):
        raise UnresolvedError(place, "its Properties are no object")
    waits: object = document.get("DependsOn", [])
    depends_on = cast("list[object]", waits if isinstance(waits, list) else [waits])
    if not all(isinstance(other, str) for other in depends_on):
        raise UnresolvedError(f"{place}.DependsOn", "the names of resources are expected")
    default = "Snapshot" if document["Type"] == "AWS::RDS::DBCluster" else "Delete"
    return Resource(
        logical_id=name,
        type=str(document["Type"]),
        fields=Fields(place=f"{place}.Properties", entries=properties),
        depends_on=tuple(map(str, depends_on)),
        # An absent policy means Delete, but Snapshot for a cluster:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
        deletion_policy=str(document.get("DeletionPolicy", default)),
        update_replace_policy=str(document.get("UpdateReplacePolicy", default)),
    )
