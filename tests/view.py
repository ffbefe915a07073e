"""A template as a test wants to ask it: by logical ID, by type, by what refers to what."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere import Template

# CloudFormation's JSON has no narrower type than this.
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class View:
    """A template's document, with the questions that tests put to it."""

    document: Json

    @classmethod
    def of(cls, template: Template) -> View:
        """View a template as CloudFormation would read it."""
        return cls(document=json.loads(json.dumps(template.to_dict())))

    @property
    def resources(self) -> dict[str, Json]:
        resources: dict[str, Json] = self.document["Resources"]
        return resources

    def resource(self, logical_id: str) -> Json:
        return self.resources[logical_id]

    def properties(self, logical_id: str) -> Json:
        properties: Json = self.resources[logical_id]["Properties"]
        return properties

    def of_type(self, resource_type: str) -> dict[str, Json]:
        """Logical ID to properties, of all resources of a type."""
        return {
            logical_id: self.properties(logical_id)
            for logical_id, resource in self.resources.items()
            if resource["Type"] == resource_type
        }

    def only(self, resource_type: str) -> Json:
        """The properties of the one resource of a type."""
        (properties,) = self.of_type(resource_type).values()
        return properties

    def depends_on(self, logical_id: str) -> set[str]:
        """What a resource waits for: by DependsOn, Ref, GetAtt or Sub."""
        resource = self.resource(logical_id)
        explicit: list[str] = resource.get("DependsOn", [])
        return {*explicit, *references(resource)} & set(self.resources)

    def rules_into(self, group: str) -> list[Json]:
        """The ingress rules of a security group."""
        rules: list[Json] = self.properties(group).get("SecurityGroupIngress", [])
        return rules

    def rules_out_of(self, group: str) -> list[Json]:
        """The egress rules of a security group, its own and those that stand apart."""
        own: list[Json] = self.properties(group).get("SecurityGroupEgress", [])
        apart = self.of_type("AWS::EC2::SecurityGroupEgress").values()
        return own + [rule for rule in apart if rule["GroupId"] == {"Ref": group}]


def references(value: object) -> Iterator[str]:
    """Find every name that a Ref, GetAtt or Sub in a value names."""
    if isinstance(value, list):
        for entry in cast("list[object]", value):
            yield from references(entry)
    if not isinstance(value, dict):
        return
    match cast("dict[str, object]", value):
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), str()]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text))
        case entries:
            for entry in entries.values():
                yield from references(entry)
