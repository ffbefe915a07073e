"""A template as a test wants to ask it: by logical ID, by type, by what refers to what."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troposphere import Template

# CloudFormation's JSON has no narrower type than this.
Json = dict[str, Any]
POLICIES = {"AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument"}
FUNCTIONS: dict[str, Callable[[Any], object]] = {
    "Fn::And": all,
    "Fn::Equals": lambda pair: pair[0] == pair[1],
    "Fn::Join": lambda join: join[0].join(join[1]),
    "Fn::Not": lambda operands: not operands[0],
    "Fn::Or": any,
}


def patterns(name: Json) -> list[str]:
    """The patterns that a physical name may take: one, or one for each branch of a condition."""
    branches = name["Fn::If"][1:] if "Fn::If" in name else [name]
    return [branch["Fn::Sub"] for branch in branches]


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
        return cast("dict[str, Json]", self.document["Resources"])

    def resource(self, logical_id: str) -> Json:
        return self.resources[logical_id]

    def properties(self, logical_id: str) -> Json:
        return cast("Json", self.resource(logical_id)["Properties"])

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
        """The ingress rules of a security group, its own and those that stand apart."""
        return self._rules(group, "SecurityGroupIngress")

    def rules_out_of(self, group: str) -> list[Json]:
        """The egress rules of a security group, its own and those that stand apart."""
        return self._rules(group, "SecurityGroupEgress")

    def waits_for(self, logical_id: str) -> set[str]:
        """All that must be there before a resource, also by way of others."""
        ahead = self.depends_on(logical_id)
        return ahead.union(*map(self.waits_for, ahead))

    def statements(self, logical_id: str) -> list[Json]:
        """The statements of a resource's policy, also those that depend on a condition."""
        (policy,) = POLICIES & self.properties(logical_id).keys()
        entries: list[Json] = self.properties(logical_id)[policy]["Statement"]
        branches = [branch for entry in entries for branch in entry.get("Fn::If", [entry])]
        return [entry for entry in branches if isinstance(entry, dict) and "Effect" in entry]

    def holds(self, condition: str, **given: str) -> bool:
        """Whether a condition is true for the values given, and else the parameters' defaults."""
        return bool(evaluate(self.document["Conditions"][condition], self._values(given)))

    def deployed(self, **given: str) -> View:
        """What CloudFormation makes of the template for such values: no condition is left."""
        true = {name: self.holds(name, **given) for name in self.document["Conditions"]}
        return replace(self, document=_decided(self.document, true))

    def _rules(self, group: str, direction: str) -> list[Json]:
        apart = self.of_type(f"AWS::EC2::{direction}").values()
        own = cast("list[Json]", self.properties(group).get(direction, []))
        return own + [rule for rule in apart if rule["GroupId"] == {"Ref": group}]

    def _values(self, given: Json) -> Json:
        values: Json = {"AWS::Region": "us-east-1", **given}
        for name, parameter in self.document["Parameters"].items():
            text = given.get(name, parameter.get("Default", ""))
            values[name] = text.split(",") if "List" in parameter["Type"] else text
        return values


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


def evaluate(expression: object, values: Json) -> Any:  # noqa: ANN401 - of JSON, as Json.
    """Compute a condition, or the assertion of a rule, as CloudFormation does."""
    if isinstance(expression, list):
        return [evaluate(operand, values) for operand in cast("list[object]", expression)]
    if not isinstance(expression, dict):
        return expression
    ((function, operand),) = cast("Json", expression).items()
    return values[operand] if function == "Ref" else FUNCTIONS[function](evaluate(operand, values))


def _decided(value: object, true: dict[str, bool]) -> Any:  # noqa: ANN401 - as above.
    if isinstance(value, list):
        return [_decided(entry, true) for entry in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    match cast("Json", value):
        case {"Fn::If": [condition, then, otherwise]}:
            return _decided(then if true[condition] else otherwise, true)
        case entries:
            decided = {name: _decided(entry, true) for name, entry in entries.items()}
            return {name: entry for name, entry in decided.items() if _stays(entry, true)}


def _stays(entry: Json | str, true: dict[str, bool]) -> bool:
    name = str(entry.get("Condition")) if isinstance(entry, dict) else ""
    return entry != {"Ref": "AWS::NoValue"} and true.get(name, True)
