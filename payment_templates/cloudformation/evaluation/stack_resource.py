"""Evaluates one resource of a stack: its properties and policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from payment_templates.cloudformation.evaluation.attributes import property_behind
from payment_templates.cloudformation.properties import FURTHER, Properties
from payment_templates.cloudformation.references import attributes_in, names_in
from payment_templates.cloudformation.values import Decision, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.cloudformation.evaluation.evaluator import Evaluator
    from payment_templates.cloudformation.template import Resource, Template

# Returns AWS's default for an absent property, by the type of the resource and the path.
Defaults: TypeAlias = "Callable[[str, str, Mapping[str, Value]], Value]"
_Made = TypeVar("_Made")
_SNAPSHOT = frozenset({"AWS::RDS::DBCluster", "AWS::RDS::DBInstance"})


# Compared by identity: stacks share the resources that their parameters do not change.
@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class StackResource:
    """A resource that is, or may be, created."""

    logical_id: str
    type: str
    properties: Properties
    # True, or an Unknown with the reason.
    created: Decision
    depends_on: tuple[str, ...]
    # AWS's default if the template has none.
    deletion_policy: str | Unknown
    update_replace_policy: str | Unknown
    metadata: Value = None
    creation_policy: Value = None
    update_policy: Value = None

    def only(self, names: Iterable[str]) -> StackResource:
        """Return the resource with some properties and without its other attributes."""
        kept = {*names, FURTHER}
        entries = {name: it for name, it in self.properties.entries.items() if name in kept}
        return replace(
            self,
            properties=replace(self.properties, entries=entries),
            metadata=None,
            creation_policy=None,
            update_policy=None,
        )

    def derived(self, make: Callable[[StackResource], _Made]) -> _Made:
        """Return `make(resource)`, made once; `make` is a function of a module."""
        memo = self.properties.memo
        if make not in memo:
            memo[make] = make(self)
        return cast("_Made", memo[make])

    @property
    def content(self) -> str:
        """All attributes that can differ between stacks of one template, as text."""
        return repr(
            (
                self.created,
                self.properties.entries,
                self.deletion_policy,
                self.update_replace_policy,
                self.metadata,
                self.creation_policy,
                self.update_policy,
            )
        )


def evaluate_resource(
    evaluator: Evaluator, resource: Resource, created: Decision, defaults: Defaults | None = None
) -> StackResource:
    """Evaluate a resource that is, or may be, created."""
    place = ("Resources", resource.logical_id)
    found = evaluator.value(resource.properties, *place, "Properties")
    entries: Mapping[str, Value] = {}
    if isinstance(found, Unknown):
        entries = {"Fn::Transform": found}
    elif isinstance(found, Mapping):
        entries = found
    elif found is not None:
        evaluator.problem("the properties are not an object", *place, "Properties")
    return StackResource(
        logical_id=resource.logical_id,
        type=resource.type,
        properties=Properties(
            place=".".join((*place, "Properties")),
            entries=entries,
            default=partial(defaults, resource.type) if defaults else None,
        ),
        created=created,
        depends_on=resource.depends_on,
        deletion_policy=_policy(
            evaluator.value(resource.deletion_policy) if resource.deletion_policy else None,
            _default_deletion(resource.type, entries),
        ),
        # "By default, CloudFormation then deletes the old resource", including databases:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
        update_replace_policy=_policy(
            evaluator.value(resource.update_replace_policy)
            if resource.update_replace_policy
            else None,
            "Delete",
        ),
        metadata=_optional(evaluator, resource.metadata, *place, "Metadata"),
        creation_policy=_optional(evaluator, resource.creation_policy, *place, "CreationPolicy"),
        update_policy=_optional(evaluator, resource.update_policy, *place, "UpdatePolicy"),
    )


def _optional(evaluator: Evaluator, node: object, *place: str) -> Value:
    return None if node is None else evaluator.value(node, *place)


def _policy(value: Value, default: str | Unknown) -> str | Unknown:
    if value is None:
        return default
    return value if isinstance(value, (str, Unknown)) else Unknown(reason=f"{value} is no policy")


def _default_deletion(resource_type: str, entries: Mapping[str, Value]) -> str | Unknown:
    """Return the default deletion policy of a resource.

    "The default policy is Snapshot for AWS::RDS::DBCluster resources and for AWS::RDS::DBInstance
    resources that don't specify the DBClusterIdentifier property":
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """
    if resource_type not in _SNAPSHOT:
        return "Delete"
    cluster = entries.get("DBClusterIdentifier")
    if isinstance(cluster, Unknown) and cluster.may_be_absent:
        return replace(cluster, choices=("Delete", "Snapshot"), source="")
    return (
        "Delete" if cluster is not None and resource_type != "AWS::RDS::DBCluster" else "Snapshot"
    )


def mentioned(template: Template, resource: Resource) -> tuple[str, ...]:
    """Return the names that a resource depends on: parameters, conditions and resources."""
    return mentioned_in(template, resource.expressions, "Resources", resource.logical_id)


def mentioned_in(template: Template, expressions: Iterable[object], *place: str) -> tuple[str, ...]:
    """Return the names that the expressions at a place of the template depend on, as above."""
    key = ("mentioned", *place)
    if key not in template.memo:
        nodes = [*expressions]
        names = names_in(nodes)
        names |= _followed(template, names, nodes)
        # Resources that depend on the same share the tuple.
        known: dict[tuple[str, ...], tuple[str, ...]]
        known = template.memo.setdefault(("mentioned",), {})
        found = tuple(sorted(names))
        template.memo[key] = known.setdefault(found, found)
    return cast("tuple[str, ...]", template.memo[key])


def _followed(template: Template, names: set[str], expressions: object) -> set[str]:
    """Return the names behind the properties of other resources that attributes return."""
    if names.isdisjoint(template.resources):
        return set()
    found: set[str] = set()
    pending = [expressions]
    seen: set[tuple[str, str]] = set()
    while pending:
        for logical_id, attribute in attributes_in(pending.pop()):
            resource = template.resources.get(logical_id)
            if resource is None or (logical_id, attribute) in seen:
                continue
            seen.add((logical_id, attribute))
            name = property_behind(resource, attribute)
            if name:
                expression = cast("Mapping[str, object]", resource.properties).get(name)
                found |= names_in(expression)
                pending.append(expression)
    return found
