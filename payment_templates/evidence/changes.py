"""Which parameters, changed on a running stack, would replace something that holds state."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.resolve.template import Json, Template

# createOnlyProperties and conditionalCreateOnlyProperties of AWS's resource schemas, as cfn-lint
# 1.58 ships them, for the types that hold state.
CREATE_ONLY = {
    "AWS::KMS::Key": (),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::RDS::DBCluster": (
        *("AvailabilityZones", "ClusterScalabilityType", "DBClusterIdentifier"),
        *("DBSubnetGroupName", "DBSystemId", "DatabaseName", "EngineMode", "KmsKeyId"),
        *("PubliclyAccessible", "RestoreToTime", "RestoreType", "SnapshotIdentifier"),
        *("SourceDBClusterIdentifier", "SourceRegion", "StorageEncrypted"),
    ),
    "AWS::RDS::DBInstance": (
        *("AvailabilityZone", "CharacterSetName", "DBClusterIdentifier", "DBInstanceIdentifier"),
        *("DBName", "DBSubnetGroupName", "KmsKeyId", "MasterUsername", "StorageEncrypted"),
    ),
    "AWS::SecretsManager::Secret": ("Name",),
}
# Their names stand in create-only properties of the types above, by way of Ref.
_NAMED_BY = {"AWS::RDS::DBSubnetGroup": "DBSubnetGroupName"}
_VARIABLE = re.compile(r"\$\{([^!}]+)\}")


@cache
def parameters_behind(template: Template) -> dict[str, tuple[str, ...]]:
    """Give each parameter that decides a create-only property, with the properties it decides."""
    found: dict[str, list[str]] = {}
    for name, resource in template.section("Resources").items():
        properties = cast("Json", resource.get("Properties", {}))
        for create_only in CREATE_ONLY.get(str(resource["Type"]), ()):
            for parameter in sorted(set(_parameters(template, properties.get(create_only), ()))):
                found.setdefault(parameter, []).append(f"{name}.{create_only}")
    return {parameter: tuple(places) for parameter, places in found.items()}


def _parameters(template: Template, value: object, seen: tuple[str, ...]) -> Iterator[str]:
    """Find the parameters that a value depends on, also by way of conditions and resources."""
    if isinstance(value, list):
        for entry in cast("list[object]", value):
            yield from _parameters(template, entry, seen)
    if not isinstance(value, dict):
        return
    match cast("dict[str, object]", value):
        case {"Ref": str(name)}:
            yield from _behind(template, name, "", seen)
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            yield from _behind(template, name, attribute, seen)
        case {"Fn::Sub": str(text)}:
            for variable in _VARIABLE.findall(text):
                name, _, attribute = str(variable).partition(".")
                yield from _behind(template, name, attribute, seen)
        case {"Fn::If": choice}:
            condition, *choices = cast("list[object]", choice)
            decides = template.section("Conditions").get(str(condition))
            yield from _parameters(template, [decides, *choices], seen)
        case entries:
            for entry in entries.values():
                yield from _parameters(template, entry, seen)


def _behind(template: Template, name: str, attribute: str, seen: tuple[str, ...]) -> Iterator[str]:
    if name in template.section("Parameters"):
        yield name
        return
    resource = template.section("Resources").get(name)
    if resource is None or name in seen:
        return
    properties = cast("Json", resource.get("Properties", {}))
    followed = attribute or _NAMED_BY.get(str(resource["Type"]), "")
    yield from _parameters(template, properties.get(followed), (*seen, name))
