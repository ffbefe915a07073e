"""Provides queries on a template for tests: by logical ID, by type and by reference."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation import decided_document, dependencies, evaluate, template_of

if TYPE_CHECKING:
    import troposphere

    from payment_templates.cloudformation import Dependencies, Stack, Template

# CloudFormation's JSON has no narrower type than this.
Json = dict[str, Any]
POLICIES = {"AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument"}


def patterns(name: Json) -> list[str]:
    """Return the patterns of a physical name, one for each branch of a condition."""
    branches = name["Fn::If"][1:] if "Fn::If" in name else [name]
    return [branch["Fn::Sub"] for branch in branches]


@dataclass(frozen=True, kw_only=True)
class View:
    """A template's document, with queries for tests."""

    document: Json

    @classmethod
    def of(cls, template: troposphere.Template) -> View:
        """View a template as CloudFormation would read it."""
        return cls(document=json.loads(json.dumps(template.to_dict())))

    @property
    def resources(self) -> dict[str, Json]:
        return cast("dict[str, Json]", self.document["Resources"])

    def resource(self, logical_id: str) -> Json:
        return self.resources[logical_id]

    def properties(self, logical_id: str) -> Json:
        return cast("Json", self.resource(logical_id)["Properties"])

    def of_type(self, resource_type: str) -> dict[str, Json]:
        """Return the properties of all resources of a type by logical ID."""
        return {
            logical_id: self.properties(logical_id)
            for logical_id, resource in self.resources.items()
            if resource["Type"] == resource_type
        }

    def only(self, resource_type: str) -> Json:
        """Return the properties of the only resource of a type."""
        (properties,) = self.of_type(resource_type).values()
        return properties

    def depends_on(self, logical_id: str) -> set[str]:
        """The resources that a resource waits for directly."""
        return {*self._dependencies.direct[logical_id]}

    def rules_into(self, group: str) -> list[Json]:
        """Return the ingress rules of a security group, inline and separate ones."""
        return self._rules(group, "SecurityGroupIngress")

    def rules_out_of(self, group: str) -> list[Json]:
        """Return the egress rules of a security group, inline and separate ones."""
        return self._rules(group, "SecurityGroupEgress")

    def waits_for(self, logical_id: str) -> set[str]:
        """All that must exist before a resource, also by way of others."""
        return {*self._dependencies.before(logical_id)}

    def statements(self, logical_id: str) -> list[Json]:
        """Return the statements of a resource's policy, including conditional ones."""
        (policy,) = POLICIES & self.properties(logical_id).keys()
        entries: list[Json] = self.properties(logical_id)[policy]["Statement"]
        branches = [branch for entry in entries for branch in entry.get("Fn::If", [entry])]
        return [entry for entry in branches if isinstance(entry, dict) and "Effect" in entry]

    def holds(self, condition: str, **given: str) -> bool:
        """Whether a condition is true for the given values, and else the parameters' defaults."""
        return self._stack(given).conditions[condition] is True

    def broken_rules(self, **given: str) -> tuple[str, ...]:
        """What the rules say that refuse the given values."""
        return self._stack(given).broken_rules

    def deployed(self, **given: str) -> View:
        """What CloudFormation makes of the template for such values: no condition is left."""
        return View(document=decided_document(self._template, self._stack(given).conditions))

    @cached_property
    def _template(self) -> Template:
        return template_of(self.document)

    @cached_property
    def _dependencies(self) -> Dependencies:
        return dependencies(self._template)

    def _stack(self, given: dict[str, str]) -> Stack:
        region = given.pop("AWS::Region", "us-east-1")
        return evaluate(self._template, region=region, parameters=given)

    def _rules(self, group: str, direction: str) -> list[Json]:
        apart = self.of_type(f"AWS::EC2::{direction}").values()
        own = cast("list[Json]", self.properties(group).get(direction, []))
        return own + [rule for rule in apart if rule["GroupId"] == {"Ref": group}]
