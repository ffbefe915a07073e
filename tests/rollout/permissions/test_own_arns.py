"""The policies allow the actions of a resource's handlers on the resource's own ARN."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import Stack, StackResource, evaluate, template_of
from payment_templates.cloudformation.authorization import arn_formats
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.conditional_actions import CONDITIONAL_ACTIONS
from payment_templates.rollout.permissions import Permissions, Scope, permissions_of_the_stack
from payment_templates.rollout.permissions.resource_arns import arn_patterns

# The ARN of each type, as the service writes it: service authorization reference, "Resource types".
# Types that have no ARN, or that no action accepts, are absent.
_ARNS = {
    "AWS::Backup::BackupPlan": "backup:us-east-1:123456789012:backup-plan:*",
    "AWS::Backup::BackupVault": "backup:us-east-1:123456789012:backup-vault:*",
    "AWS::CloudWatch::Alarm": "cloudwatch:us-east-1:123456789012:alarm:*",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch:us-east-1:123456789012:alarm:*",
    "AWS::CloudWatch::Dashboard": "cloudwatch::123456789012:dashboard/*",
    "AWS::DynamoDB::Table": "dynamodb:us-east-1:123456789012:table/*",
    "AWS::EC2::EIP": "ec2:us-east-1:123456789012:elastic-ip/*",
    "AWS::EC2::FlowLog": "ec2:us-east-1:123456789012:vpc-flow-log/*",
    "AWS::EC2::InternetGateway": "ec2:us-east-1:123456789012:internet-gateway/*",
    "AWS::EC2::NatGateway": "ec2:us-east-1:123456789012:natgateway/*",
    "AWS::EC2::RouteTable": "ec2:us-east-1:123456789012:route-table/*",
    "AWS::EC2::SecurityGroup": "ec2:us-east-1:123456789012:security-group/*",
    "AWS::EC2::Subnet": "ec2:us-east-1:123456789012:subnet/*",
    "AWS::EC2::VPC": "ec2:us-east-1:123456789012:vpc/*",
    "AWS::EC2::VPCEndpoint": "ec2:us-east-1:123456789012:vpc-endpoint/*",
    "AWS::ECS::Cluster": "ecs:us-east-1:123456789012:cluster/*",
    "AWS::ECS::Service": "ecs:us-east-1:123456789012:service/*",
    "AWS::ECS::TaskDefinition": "ecs:us-east-1:123456789012:task-definition/*",
    "AWS::ElasticLoadBalancingV2::Listener": (
        "elasticloadbalancing:us-east-1:123456789012:listener/app/*"
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/*"
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "elasticloadbalancing:us-east-1:123456789012:targetgroup/*"
    ),
    "AWS::Events::Rule": "events:us-east-1:123456789012:rule/*",
    "AWS::KMS::Alias": "kms:us-east-1:123456789012:alias/*",
    "AWS::KMS::Key": "kms:us-east-1:123456789012:key/*",
    "AWS::Logs::LogGroup": "logs:us-east-1:123456789012:log-group:*",
    "AWS::RDS::DBCluster": "rds:us-east-1:123456789012:cluster:*",
    "AWS::RDS::DBClusterParameterGroup": "rds:us-east-1:123456789012:cluster-pg:*",
    "AWS::RDS::DBInstance": "rds:us-east-1:123456789012:db:*",
    "AWS::RDS::DBProxyEndpoint": "rds:us-east-1:123456789012:db-proxy-endpoint:*",
    "AWS::RDS::DBSubnetGroup": "rds:us-east-1:123456789012:subgrp:*",
    "AWS::RDS::EventSubscription": "rds:us-east-1:123456789012:es:*",
    "AWS::RDS::GlobalCluster": "rds::123456789012:global-cluster:*",
    "AWS::Route53::HealthCheck": "route53:::healthcheck/*",
    "AWS::S3::Bucket": "s3:::*",
    "AWS::SNS::Topic": "sns:us-east-1:123456789012:*",
    "AWS::SQS::Queue": "sqs:us-east-1:123456789012:*",
    "AWS::SSM::Parameter": "ssm:us-east-1:123456789012:parameter/*",
    "AWS::SecretsManager::Secret": "secretsmanager:us-east-1:123456789012:secret:*",
    "AWS::WAFv2::WebACL": "wafv2:us-east-1:123456789012:regional/webacl/*",
}
# Types without an ARN in the reference, or with a policy on what they belong to.
_WITHOUT = {
    "AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Backup::BackupSelection",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
}
_TAG = {"Tags": [{"Key": "team", "Value": "payments"}]}


@pytest.mark.parametrize("profile", ["standard", "production"])
def test_every_handler_may_use_its_own_resource(profile: str) -> None:
    template = template_of(build_template(PROFILES[profile]).to_dict(), name=profile)
    found = permissions_of_the_stack(template, Scope())
    stack = evaluate(template, region="us-east-1")

    # Identities must have names, and have tests of their own.
    resources = [one for one in stack.resources.values() if "::IAM::" not in one.type]
    refused = {
        (one.logical_id, action)
        for one in resources
        for action in _refused(found, one.type, _own_arn(one, stack))
    }

    assert {one.type for one in resources} <= _ARNS.keys() | _WITHOUT
    assert refused == set()


@pytest.mark.parametrize(
    ("kind", "property_name"),
    [
        ("AWS::DynamoDB::Table", "TableName"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name"),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", "Name"),
        ("AWS::Logs::LogGroup", "LogGroupName"),
        ("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName"),
        ("AWS::SNS::Topic", "TopicName"),
        ("AWS::SQS::Queue", "QueueName"),
        ("AWS::SecretsManager::Secret", "Name"),
    ],
)
def test_resource_without_a_name_is_allowed_beside_a_named_one(
    kind: str, property_name: str
) -> None:
    named = {"Type": kind, "Properties": {property_name: "one", **_TAG}}

    found = _permissions(Named=named, Unnamed={"Type": kind, "Properties": _TAG})

    assert [*_refused(found, kind)] == []


@pytest.mark.parametrize(
    ("named", "property_name", "unnamed"),
    [
        ("AWS::RDS::DBCluster", "DBClusterIdentifier", "AWS::RDS::DBClusterParameterGroup"),
        ("AWS::RDS::DBCluster", "DBClusterIdentifier", "AWS::RDS::DBProxyEndpoint"),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Name",
            "AWS::ElasticLoadBalancingV2::TargetGroup",
        ),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Name",
            "AWS::ElasticLoadBalancingV2::Listener",
        ),
        ("AWS::CloudWatch::Alarm", "AlarmName", "AWS::CloudWatch::CompositeAlarm"),
    ],
)
def test_resource_without_a_name_is_allowed_beside_one_of_another_type(
    named: str, property_name: str, unnamed: str
) -> None:
    found = _permissions(
        Named={"Type": named, "Properties": {property_name: "one", **_TAG}},
        Unnamed={"Type": unnamed, "Properties": _TAG},
    )

    assert [*_refused(found, unnamed)] == []


def test_tags_of_named_resources_stay_narrow() -> None:
    found = _permissions(
        Named={"Type": "AWS::RDS::DBCluster", "Properties": {"DBClusterIdentifier": "one"}},
        Unnamed={"Type": "AWS::RDS::DBClusterParameterGroup", "Properties": {}},
    )

    assert _allowed(found, "rds:AddTagsToResource") == {
        "arn:${Partition}:rds:${Region}:${Account}:cluster:one",
        "arn:${Partition}:rds:${Region}:${Account}:cluster-pg:*",
    }


def _permissions(**resources: object) -> Permissions:
    return permissions_of_the_stack(template_of({"Resources": resources}, name="it"), Scope())


def _own_arn(resource: StackResource, stack: Stack) -> str:
    # The ARN of a listener starts with the name of its load balancer.
    is_listener = resource.type.endswith("::Listener")
    owner = stack.resources["LoadBalancer"] if is_listener else resource
    ending = _ARNS.get(resource.type, "")
    known = [_concrete(one) for one in arn_patterns(owner)]
    return next((one for one in known if _matches(one, ending)), "")


def _refused(found: Permissions, kind: str, own: str = "") -> list[str]:
    """Return the actions of a type's handlers that are not allowed on a resource's ARN."""
    if kind not in _ARNS:
        return []
    arn = own or _concrete("arn:aws:" + _ARNS[kind])
    schema = resource_schema(kind)
    assert schema is not None
    actions = {it for each in ("create", "update", "delete") for it in schema.permissions(each)}
    # They have tests of their own.
    conditional = {
        it for one in CONDITIONAL_ACTIONS if one.resource_type == kind for it in one.actions
    }
    return [
        action
        for action in sorted(actions - conditional)
        if any(fnmatchcase(arn, _filled(form)) for form in arn_formats(action) or ())
        if not any(fnmatchcase(arn, _filled(one)) for one in _allowed(found, action))
    ]


def _allowed(found: Permissions, action: str) -> set[str]:
    return {one for each in found.statements if action in each.actions for one in each.resources}


def _matches(arn: str, ending: str) -> bool:
    return fnmatchcase(arn, f"arn:aws:{ending}")


def _concrete(pattern: str) -> str:
    # A name that AWS generates, and the random characters of a secret.
    return _filled(pattern).replace("??????", "aBcDeF").replace("*", "generated/name/1")


def _filled(pattern: str) -> str:
    return (
        pattern.replace("${Partition}", "aws")
        .replace("${Region}", "us-east-1")
        .replace("${Account}", "123456789012")
    )
