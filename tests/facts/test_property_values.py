"""What properties take agrees with the formats in AWS's resource schemas."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.cloudformation.schemas import resource_schema, resource_types
from payment_templates.facts.property_values import (
    BY_PROPERTY,
    FREE_OBJECTS,
    Takes,
    meaning,
    takes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation.schemas import Json, ResourceSchema

# The type and the kind of value of each format: docs/format_keyword.md of cfn-lint.
FORMATS = {
    "AWS::EC2::SecurityGroup.Id": ("AWS::EC2::SecurityGroup", "id"),
    "AWS::EC2::SecurityGroup.Ids": ("AWS::EC2::SecurityGroup", "id"),
    "AWS::EC2::SecurityGroup.Name": ("AWS::EC2::SecurityGroup", "name"),
    "AWS::EC2::SecurityGroup.Names": ("AWS::EC2::SecurityGroup", "name"),
    "AWS::EC2::Subnet.Id": ("AWS::EC2::Subnet", "id"),
    "AWS::EC2::Subnet.Ids": ("AWS::EC2::Subnet", "id"),
    "AWS::EC2::VPC.Id": ("AWS::EC2::VPC", "id"),
    "AWS::IAM::Role.Arn": ("AWS::IAM::Role", "arn"),
    "AWS::KMS::Alias.AliasName": ("AWS::KMS::Alias", "name"),
    "AWS::KMS::Key.Arn": ("AWS::KMS::Key", "arn"),
    "AWS::KMS::Key.Id": ("AWS::KMS::Key", "id"),
    "AWS::Lambda::Function.Arn": ("AWS::Lambda::Function", "arn"),
    "AWS::Logs::LogGroup.Name": ("AWS::Logs::LogGroup", "name"),
    "AWS::S3::Bucket.Name": ("AWS::S3::Bucket", "name"),
    "AWS::SNS::Topic.Arn": ("AWS::SNS::Topic", "arn"),
}
# Objects below objects below objects.
_MOST_LEVELS = 5
IN_SCHEMA = sorted(
    (resource_type, path)
    for resource_type, path in BY_PROPERTY
    if "Policy" not in path and "Options" not in path
)


@cache
def formatted() -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Return the properties and attributes with a format: type, path and formats."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for resource_type in resource_types():
        schema = resource_schema(resource_type)
        for path, definition in _paths(schema, schema.document) if schema else ():
            if formats := _formats(definition) & FORMATS.keys():
                key = (resource_type, path)
                found[key] = found.get(key, frozenset()) | formats
    return tuple((*key, formats) for key, formats in found.items())


def _paths(schema: ResourceSchema, within: Json, above: str = "") -> Iterator[tuple[str, Json]]:
    definition = schema.resolved(within)
    if above:
        yield above, definition
    if above.count(".") >= _MOST_LEVELS:
        return
    for name, below in definition.get("properties", {}).items():
        yield from _paths(schema, below, f"{above}.{name}".lstrip("."))
    if isinstance(definition.get("items"), dict):
        yield from _paths(schema, definition["items"], above)


def _formats(definition: Json) -> frozenset[str]:
    choices: list[Any] = [definition, *definition.get("anyOf", ()), *definition.get("oneOf", ())]
    return frozenset(
        choice["format"] for choice in choices if isinstance(choice.get("format"), str)
    )


def test_formats_are_found() -> None:
    assert len(formatted()) > 800


def test_what_a_property_takes_is_its_format() -> None:
    differing = [
        (resource_type, path, sorted(formats))
        for resource_type, path, formats in formatted()
        if (found := takes(resource_type, path)) and not _agrees(found, formats)
        # The schema also takes the ID and the alias of a key, which CloudWatch Logs refuses.
        if (resource_type, path) != ("AWS::Logs::LogGroup", "KmsKeyId")
    ]

    assert differing == []


def _agrees(found: Takes, formats: frozenset[str]) -> bool:
    return all(
        kind in found.kinds and (not found.types or resource_type in found.types)
        for resource_type, kind in map(FORMATS.__getitem__, formats)
    )


@pytest.mark.parametrize(("resource_type", "path"), IN_SCHEMA)
def test_property_is_in_schema(resource_type: str, path: str) -> None:
    schema = resource_schema(resource_type)

    assert schema
    assert schema.definition(path.replace(".", "/"))


@pytest.mark.parametrize("name", sorted(FREE_OBJECTS))
def test_no_line_is_about_an_object_with_keys_of_its_own(name: str) -> None:
    assert meaning(name) is None


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("TaskRoleArn", ("AWS::IAM::Role",)),
        ("AlternateTargetGroupArn", ("AWS::ElasticLoadBalancingV2::TargetGroup",)),
        ("ResourceArn", ()),
        ("TargetGroupARNs", ("AWS::ElasticLoadBalancingV2::TargetGroup",)),
    ],
)
def test_name_says_what_it_is(name: str, types: tuple[str, ...]) -> None:
    found = meaning(name)

    assert found
    assert found.kinds == ("arn",)
    assert found.types[: len(types)] == types


@pytest.mark.parametrize("name", ["KmsKeyArn", "Warning", "Barn", "Name", "Value"])
def test_name_says_nothing(name: str) -> None:
    assert meaning(name) is None
