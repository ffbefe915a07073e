# ruff: noqa: ANN401 - templates and AWS's answers are JSON of any shape.

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.document import is_list, is_object
from tests.rehearsal import stacks
from tests.rehearsal.shown import Resource, missing

_HERE = Path(__file__).parent
_EVERY_TYPE: dict[str, Any] = json.loads((_HERE / "templates" / "every_type.json").read_text())
_PAYMENT_FILE = _HERE.parents[1] / "output" / "TapStack.json"
_PAYMENT_PARAMETERS = {"EnvironmentSuffix": "dev-001", "AlertEmail": "on-call@example.com"}
# The limit for the whole stack, without loading ministack.
CREATE_SECONDS = 5
_AVAILABLE = [{"Name": "state", "Values": ["available"]}]


# The product as the operator deploys it by default is rehearsed (test_run); with all parameters it
# has every one of its resources.
@pytest.fixture(
    params=[
        "every_type",
        pytest.param("payment", marks=pytest.mark.faults),
        "payment_with_all_parameters",
    ]
)
def stack(
    request: pytest.FixtureRequest, aws: EmbeddedAws
) -> tuple[Mapping[str, Any], dict[str, str]]:
    if request.param == "every_type":
        return _EVERY_TYPE, {}
    given = _given(aws) if request.param == "payment_with_all_parameters" else {}
    return json.loads(_PAYMENT_FILE.read_text()), {**_PAYMENT_PARAMETERS, **given}


def _given(aws: EmbeddedAws) -> dict[str, str]:
    route53 = aws.client("route53", stacks.EAST)
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]
    return {
        "CertificateArn": f"arn:aws:acm:{stacks.EAST}:{aws.account}:certificate/1",
        "ContainerRepositoryArn": f"arn:aws:ecr:{stacks.EAST}:{aws.account}:repository/pay",
        "DBMasterPassword": "SecurePassword123!",
        "DomainName": "pay.example.com",
        "HostedZoneId": zone["Id"].rpartition("/")[2],
    }


def test_all_parameters_together_create_every_resource(aws: EmbeddedAws) -> None:
    template = json.loads(_PAYMENT_FILE.read_text())

    stacks.create(aws, template, **_PAYMENT_PARAMETERS, **_given(aws))

    assert len(_resources(aws, stacks.EAST, template)) == len(template["Resources"])


@pytest.mark.parametrize("region", [stacks.EAST, stacks.WEST])
def test_every_resource_is_shown_by_its_own_service(
    aws: EmbeddedAws, region: str, stack: tuple[Mapping[str, Any], dict[str, str]]
) -> None:
    template, parameters = stack

    outcome = stacks.create(aws, template, region=region, **parameters)

    assert outcome == stacks.Outcome(status="CREATE_COMPLETE", failures={})
    created = _resources(aws, region, template)
    assert created
    assert missing(aws, region, created) == []


def test_two_regions_of_one_account_hold_the_same_stack(
    aws: EmbeddedAws, stack: tuple[Mapping[str, Any], dict[str, str]]
) -> None:
    template, parameters = stack

    east = stacks.create(aws, template, region=stacks.EAST, **parameters)
    west = stacks.create(aws, template, region=stacks.WEST, **parameters)

    assert (east.status, west.status) == ("CREATE_COMPLETE", "CREATE_COMPLETE")


def test_whole_stack_is_created_within_seconds(
    aws: EmbeddedAws, stack: tuple[Mapping[str, Any], dict[str, str]]
) -> None:
    template, parameters = stack
    aws.client("sts", stacks.EAST).get_caller_identity()
    start = time.monotonic()

    stacks.create(aws, template, **parameters)

    assert time.monotonic() - start < CREATE_SECONDS


def test_deleted_stack_leaves_nothing(
    aws: EmbeddedAws, stack: tuple[Mapping[str, Any], dict[str, str]]
) -> None:
    template, parameters = stack
    stacks.create(aws, template, **parameters)

    outcome = stacks.delete(aws)

    assert outcome == stacks.Outcome(status="DELETE_COMPLETE", failures={})
    ec2, rds = aws.client("ec2", stacks.EAST), aws.client("rds", stacks.EAST)
    scaling = aws.client("application-autoscaling", stacks.EAST)
    assert {
        "addresses": ec2.describe_addresses()["Addresses"],
        # A deleted gateway stays visible for about an hour: DeleteNatGateway.
        "NAT gateways": ec2.describe_nat_gateways(Filters=_AVAILABLE)["NatGateways"],
        "flow logs": ec2.describe_flow_logs()["FlowLogs"],
        "clusters": rds.describe_db_clusters()["DBClusters"],
        "subscriptions": rds.describe_event_subscriptions()["EventSubscriptionsList"],
        "health checks": aws.client("route53", stacks.EAST).list_health_checks()["HealthChecks"],
        "targets": scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"],
        "roles": aws.client("iam", stacks.EAST).list_roles()["Roles"],
    } == {
        "addresses": [],
        "NAT gateways": [],
        "flow logs": [],
        "clusters": [],
        "subscriptions": [],
        "health checks": [],
        "targets": [],
        "roles": [],
    }


def _resources(aws: EmbeddedAws, region: str, template: Mapping[str, Any]) -> list[Resource]:
    client = aws.client("cloudformation", region)
    pages = client.get_paginator("list_stack_resources").paginate(StackName="payment")
    summaries = [entry for page in pages for entry in page["StackResourceSummaries"]]
    given = client.describe_stacks(StackName="payment")["Stacks"][0].get("Parameters", [])
    refs = {
        **{entry["ParameterKey"]: entry["ParameterValue"] for entry in given},
        **{entry["LogicalResourceId"]: entry["PhysicalResourceId"] for entry in summaries},
    }
    return [
        Resource(
            resource_type=entry["ResourceType"],
            ref=entry["PhysicalResourceId"],
            properties=_resolved(
                template["Resources"][entry["LogicalResourceId"]]["Properties"], refs
            ),
        )
        for entry in summaries
    ]


def _resolved(node: Any, refs: Mapping[str, str]) -> Any:
    if is_list(node):
        return [_resolved(entry, refs) for entry in node]
    if not is_object(node):
        return node
    if "Ref" in node:
        return refs.get(node["Ref"], node)
    if "Fn::GetAtt" in node and node["Fn::GetAtt"][1] in {"GroupId", "Arn"}:
        return refs[node["Fn::GetAtt"][0]]
    return {key: _resolved(value, refs) for key, value in node.items()}
