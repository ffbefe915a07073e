"""Whatever spelling a template uses for a reference, verdicts and reasons are the same."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pytest
import yaml

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import examine
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.evidence.changes import Json

Verdicts: TypeAlias = dict[str, tuple[str, str]]
# "Return values" of each type, Ref, in the CloudFormation user guide.
EQUAL_TO_REF = {
    "AWS::EC2::RouteTable": "RouteTableId",
    "AWS::EC2::SecurityGroup": "GroupId",
    "AWS::EC2::Subnet": "SubnetId",
    "AWS::EC2::VPC": "VpcId",
    "AWS::SNS::Topic": "TopicArn",
    "AWS::SecretsManager::Secret": "Id",
}
# The property whose value Ref gives.
NAMES = {
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::RDS::DBSubnetGroup": "DBSubnetGroupName",
}
# The service's part of the ARN, the attribute that gives it, and the property that ends it:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
ARNS = {
    "AWS::ECS::Cluster": ("ecs:${AWS::Region}", "cluster/", "Arn", "ClusterName"),
    "AWS::IAM::Role": ("iam:", "role/", "Arn", "RoleName"),
    "AWS::RDS::DBCluster": (
        *("rds:${AWS::Region}", "cluster:"),
        *("DBClusterArn", "DBClusterIdentifier"),
    ),
    "AWS::SNS::Topic": ("sns:${AWS::Region}", "", "", "TopicName"),
}


def by_sub(_resource: Json, name: str, attribute: str) -> object:
    return {"Fn::Sub": f"${{{name}.{attribute}}}" if attribute else f"${{{name}}}"}


def by_attribute_in_one_text(_resource: Json, name: str, attribute: str) -> object:
    return {"Fn::GetAtt": f"{name}.{attribute}"} if attribute else None


def by_equal_attribute(resource: Json, name: str, attribute: str) -> object:
    equal = EQUAL_TO_REF.get(resource["Type"])
    return {"Fn::GetAtt": [name, equal]} if equal and not attribute else None


def by_name(resource: Json, _name: str, attribute: str) -> object:
    own = NAMES.get(resource["Type"])
    return resource["Properties"].get(own) if own and not attribute else None


def by_arn(resource: Json, _name: str, attribute: str) -> object:
    service, kind, given_by, name_property = ARNS.get(resource["Type"], ("", "", "?", ""))
    if attribute != given_by:
        return None
    name = resource["Properties"][name_property]["Fn::Sub"]
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:${{AWS::AccountId}}:{kind}{name}"}


def respelt(spelling: Callable[[Json, str, str], object]) -> tuple[Json, int]:
    """Write every reference that has the other spelling so, and count them."""
    document = real_document()
    resources: Json = document["Resources"]
    count = 0

    def follow(node: Any, needed: set[str]) -> object:  # noqa: ANN401 - as in CloudFormation.
        nonlocal count
        if isinstance(node, list):
            return [follow(entry, needed) for entry in cast("list[object]", node)]
        if not isinstance(node, dict):
            return node
        table = cast("Json", node)
        name, attribute = named(table)
        if name in resources and "Condition" not in resources[name]:
            other = spelling(resources[name], name, attribute)
            if other is not None:
                count += 1
                needed.add(name)
                return other
        return {key: follow(entry, needed) for key, entry in table.items()}

    for name, resource in list(resources.items()):
        needed: set[str] = set()
        properties = follow(resource.get("Properties", {}), needed)
        waits = resource.get("DependsOn", [])
        # A name or an ARN in text is no dependency.
        depends_on = sorted({*([waits] if isinstance(waits, str) else waits), *needed})
        resources[name] = {**resource, "Properties": properties, "DependsOn": depends_on}
    return document, count


def named(table: Json) -> tuple[str, str]:
    match table:
        case {"Ref": str(name)}:
            return name, ""
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return name, attribute
        case _:
            return "", ""


def verdicts(text: str) -> Verdicts:
    template = parse_template(text, name="respelt")
    found = examine(template, parameters=FIXED)
    return {
        result.claim.id: (result.finding.verdict, result.finding.why)
        for result in found.results
        # It measures the text.
        if result.claim.id != "valid-template"
    }


@cache
def verdicts_before() -> Verdicts:
    return verdicts(json.dumps(real_document()))


@pytest.mark.parametrize(
    ("spelling", "fewest"),
    [
        (by_sub, 100),
        (by_attribute_in_one_text, 20),
        (by_equal_attribute, 50),
        (by_name, 8),
        (by_arn, 8),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_another_spelling_changes_no_verdict(
    spelling: Callable[[Json, str, str], object], fewest: int
) -> None:
    document, count = respelt(spelling)

    assert count >= fewest
    assert verdicts(json.dumps(document)) == verdicts_before()


def test_yaml_changes_no_verdict() -> None:
    dump: Any = cast("Any", yaml).safe_dump

    assert verdicts(dump(real_document())) == verdicts_before()
