"""An action that only some property values need is in the policy with them, and not without."""

from __future__ import annotations

from typing import Any

import pytest

from payment_templates.cloudformation import template_of
from payment_templates.facts.conditional_actions import CONDITIONAL_ACTIONS, ConditionalActions
from payment_templates.rollout.permissions import Permissions, Scope, permissions_of_the_stack
from tests.every_option import TEMPLATES, template_of_options

_BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "payment-flow-logs"}}
_PUT_POLICY = "s3:PutBucketPolicy"
_BUCKET_ARN = "arn:${Partition}:s3:::payment-flow-logs"
_GET_ARN = {"Fn::GetAtt": ["Bucket", "Arn"]}
_BALANCER = {
    "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "Properties": {"Name": "payment-alb"},
}
_BALANCER_ARN = "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:loadbalancer/app/"
_ANY = {"Any": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-west-2"]}}
# Where a service's prefix is not the name of its types in lower case.
_PREFIXES = {
    "arczonalshift": "arc-zonal-shift",
    "applicationautoscaling": "application-autoscaling",
    "elasticloadbalancingv2": "elasticloadbalancing",
}
# The services that a template of this package needs and has no type of, each with the reason.
_OTHER_SERVICES = {
    # CreateBackupVault always mounts the key of the vault:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html
    "backup-storage": {"backup-storage:MountCapsule"},
}


def _permissions(resources: dict[str, Any], **template: object) -> Permissions:
    document = {**template, "Resources": resources}
    return permissions_of_the_stack(template_of(document, name="other"), Scope())


def _of_type(resource_type: str, properties: dict[str, Any]) -> Permissions:
    return _permissions({"It": {"Type": resource_type, "Properties": properties}})


def _resources(found: Permissions, action: str) -> set[str]:
    return {arn for one in found.statements if action in one.actions for arn in one.resources}


def _actions(found: Permissions) -> set[str]:
    return {action for one in found.statements for action in one.actions}


def _asking(line: ConditionalActions) -> dict[str, Any]:
    """Return properties that ask for the actions."""
    arn = f"arn:aws:{line.arn_service}:us-east-1:123456789012:x"
    value: object = line.values[0] if line.values else arn if line.arn_service else "x"
    first, *below = line.properties[0].split(".")
    for name in reversed(below):
        value = {name: value}
    return {first: value}


@pytest.mark.parametrize("line", CONDITIONAL_ACTIONS, ids=lambda it: it.actions[0])
def test_action_is_there_with_the_property_and_not_without(line: ConditionalActions) -> None:
    with_it = _actions(_of_type(line.resource_type, _asking(line)))
    without = _actions(_of_type(line.resource_type, {}))

    assert {*line.actions} <= with_it
    assert not {*line.actions} & without


@pytest.mark.parametrize("action", ["ec2:AssociateAddress", "ec2:DisassociateAddress"])
def test_address_of_no_instance_may_be_associated_and_disassociated(action: str) -> None:
    found = _of_type("AWS::EC2::EIP", {"Domain": "vpc"})

    assert action in _actions(found)


@pytest.mark.parametrize(
    ("destination", "resources"),
    [
        (_GET_ARN, {_BUCKET_ARN}),
        ({"Fn::Sub": "${Bucket.Arn}/vpc/"}, {_BUCKET_ARN}),
        ("arn:aws:s3:::security-logs/vpc/", {"arn:${Partition}:s3:::security-logs"}),
        (
            {"Fn::Sub": "arn:${AWS::Partition}:s3:::security-logs-${AWS::Region}"},
            {"arn:${Partition}:s3:::security-logs-*"},
        ),
        ({"Fn::ImportValue": "log-bucket"}, {"*"}),
    ],
    ids=["bucket of the template", "folder", "other bucket", "name with a region", "unknown"],
)
def test_flow_log_to_s3_may_change_the_policy_of_its_bucket_alone(
    destination: object, resources: set[str]
) -> None:
    properties = {"LogDestinationType": "s3", "LogDestination": destination}
    flow_log = {"Type": "AWS::EC2::FlowLog", "Properties": properties}

    found = _permissions({"FlowLog": flow_log, "Bucket": _BUCKET})

    assert _resources(found, _PUT_POLICY) == resources


@pytest.mark.parametrize(
    "kind",
    [
        {"Ref": "Kind"},
        {"Fn::If": ["ToBucket", "s3", "cloud-watch-logs"]},
        "{{resolve:ssm:flow-log-destination}}",
    ],
    ids=["parameter", "condition", "dynamic reference"],
)
def test_action_that_a_value_may_need_is_there(kind: object) -> None:
    found = _permissions(
        {"FlowLog": {"Type": "AWS::EC2::FlowLog", "Properties": {"LogDestinationType": kind}}},
        Parameters={"Kind": {"Type": "String", "Default": "cloud-watch-logs"}},
        Conditions={"ToBucket": {"Fn::Equals": [{"Ref": "Kind"}, "s3"]}},
    )

    assert _PUT_POLICY in _actions(found)


def test_flow_log_to_a_log_group_changes_no_bucket() -> None:
    kind = {"Fn::If": ["Any", "cloud-watch-logs", "kinesis-data-firehose"]}

    found = _permissions(
        {"FlowLog": {"Type": "AWS::EC2::FlowLog", "Properties": {"LogDestinationType": kind}}},
        Conditions=_ANY,
    )

    assert not {it for it in _actions(found) if it.startswith("s3:")}


@pytest.mark.parametrize(
    "arn",
    [
        {"Ref": "Balancer"},
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/payment-alb/1",
        {"Fn::Sub": "arn:aws:elasticloadbalancing:${AWS::Region}:1:loadbalancer/app/payment-alb/1"},
    ],
    ids=["of the template", "ARN", "ARN in parts"],
)
def test_web_acl_of_a_load_balancer_concerns_no_other_service(arn: object) -> None:
    association = {"Type": "AWS::WAFv2::WebACLAssociation", "Properties": {"ResourceArn": arn}}

    found = _permissions({"Balancer": _BALANCER, "Association": association})

    assert "elasticloadbalancing:SetWebACL" in _actions(found)
    assert "cognito-idp:AssociateWebACL" not in _actions(found)
    for resource in _resources(found, "wafv2:DisassociateWebACL"):
        assert resource.startswith(f"{_BALANCER_ARN}payment-alb/")


def test_web_acl_of_an_unknown_resource_may_concern_any_service() -> None:
    association = {
        "Type": "AWS::WAFv2::WebACLAssociation",
        "Properties": {"ResourceArn": {"Fn::ImportValue": "resource"}},
    }

    found = _permissions({"Association": association})

    assert {"elasticloadbalancing:SetWebACL", "apigateway:SetWebACL"} <= _actions(found)
    assert _resources(found, "wafv2:DisassociateWebACL") == {"*"}


def test_web_acl_of_a_type_without_a_known_name_is_of_its_service() -> None:
    found = _permissions(
        {
            "Users": {"Type": "AWS::Cognito::UserPool", "Properties": {}},
            "Association": {
                "Type": "AWS::WAFv2::WebACLAssociation",
                "Properties": {"ResourceArn": {"Fn::GetAtt": ["Users", "Arn"]}},
            },
        }
    )

    assert "cognito-idp:AssociateWebACL" in _actions(found)
    assert "elasticloadbalancing:SetWebACL" not in _actions(found)


def test_web_acl_of_a_resource_without_a_known_name_is_of_its_kind() -> None:
    stage = {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/1/stages/pay"}

    found = _of_type("AWS::WAFv2::WebACLAssociation", {"ResourceArn": stage})

    (resource,) = _resources(found, "wafv2:DisassociateWebACL")
    assert resource.startswith("arn:${Partition}:apigateway:${Region}::/restapis/")


def test_property_that_a_condition_sets_counts_only_with_its_values() -> None:
    redirect = {"Type": "redirect"}
    listener = {
        "Type": "AWS::ElasticLoadBalancingV2::Listener",
        "Properties": {"DefaultActions": {"Fn::If": ["Any", [redirect], [{"Type": "forward"}]]}},
    }

    found = _permissions({"Listener": listener}, Conditions=_ANY)

    assert "cognito-idp:DescribeUserPoolClient" not in _actions(found)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_action_of_a_service_that_the_template_does_not_use(name: str) -> None:
    template = template_of_options(name)
    used = {
        _PREFIXES.get(service := it.type.split("::")[1].lower(), service)
        for it in template.resources.values()
    }

    found = _actions(permissions_of_the_stack(template, Scope()))

    others = {it for it in found if it.partition(":")[0] not in used}
    assert others <= {it for one in _OTHER_SERVICES.values() for it in one}


@pytest.mark.parametrize("action", [_PUT_POLICY, "s3:ListBucket"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_no_other_bucket_may_be_listed_or_get_a_policy(name: str, action: str) -> None:
    found = permissions_of_the_stack(template_of_options(name), Scope())

    buckets = {it for it in _resources(found, action) if ":accesspoint/" not in it}
    assert all(it.startswith("arn:${Partition}:s3:::payment-logs-") for it in buckets)
