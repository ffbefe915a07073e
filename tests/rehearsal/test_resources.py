import copy
import json
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

_TEMPLATE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "templates" / "every_type.json").read_text()
)


@pytest.fixture
def deployed(aws: EmbeddedAws) -> EmbeddedAws:
    assert stacks.create(aws, _TEMPLATE).status == "CREATE_COMPLETE"
    return aws


def test_created_resources_have_the_properties_of_the_template(deployed: EmbeddedAws) -> None:
    ec2 = deployed.client("ec2", EAST)
    check = deployed.client("route53", EAST).list_health_checks()["HealthChecks"][0]
    alarm = deployed.client("cloudwatch", EAST).describe_alarms(AlarmTypes=["CompositeAlarm"])
    subscription = deployed.client("rds", EAST).describe_event_subscriptions()
    scaling = deployed.client("application-autoscaling", EAST)
    target = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    policy = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"][0]
    flow_log = ec2.describe_flow_logs()["FlowLogs"][0]

    shown = {
        "health check": check["HealthCheckConfig"]["RequestInterval"],
        "failures": check["HealthCheckConfig"]["FailureThreshold"],
        "composite alarm": alarm["CompositeAlarms"][0]["AlarmRule"],
        "events": subscription["EventSubscriptionsList"][0]["EventCategoriesList"],
        "capacities": (target["MinCapacity"], target["MaxCapacity"]),
        "target of 75 %": policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"],
        "traffic": flow_log["TrafficType"],
        "flow log": _name(flow_log),
        "address": _name(ec2.describe_addresses()["Addresses"][0]),
        "NAT gateway": _name(ec2.describe_nat_gateways()["NatGateways"][0]),
    }

    assert shown == {
        "health check": 10,
        "failures": 3,
        "composite alarm": "ALARM(unhealthy-test)",
        "events": ["failover", "failure"],
        "capacities": (6, 6),
        "target of 75 %": 75.0,
        "traffic": "ALL",
        "flow log": "flow-test",
        "address": "nat-test",
        "NAT gateway": "nat-test",
    }


def test_rules_reference_the_security_groups(deployed: EmbeddedAws) -> None:
    ec2 = deployed.client("ec2", EAST)
    groups = {
        group["GroupName"]: group for group in ec2.describe_security_groups()["SecurityGroups"]
    }

    into_database = groups["database-test"]["IpPermissions"]
    out_of_application = groups["application-test"]["IpPermissionsEgress"]

    sources = [pair["GroupId"] for rule in into_database for pair in rule["UserIdGroupPairs"]]
    targets = [pair["GroupId"] for rule in out_of_application for pair in rule["UserIdGroupPairs"]]
    assert sources == [groups["application-test"]["GroupId"]]
    assert targets == [groups["database-test"]["GroupId"]]


def test_tags_of_a_nat_gateways_address_cannot_change(deployed: EmbeddedAws) -> None:
    template = copy.deepcopy(_TEMPLATE)
    template["Resources"]["Address"]["Properties"]["Tags"] = [{"Key": "Name", "Value": "other"}]

    outcome = stacks.update(deployed, template)

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "do not have permission to access" in outcome.failures["Address"]


def test_tags_of_an_unassociated_address_change(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": {"Address": {"Type": "AWS::EC2::EIP"}}})
    tags = [{"Key": "Name", "Value": "other"}]
    after = {"Type": "AWS::EC2::EIP", "Properties": {"Tags": tags}}

    outcome = stacks.update(aws, {"Resources": {"Address": after}})

    assert outcome.status == "UPDATE_COMPLETE"
    assert _name(aws.client("ec2", EAST).describe_addresses()["Addresses"][0]) == "other"


def test_update_in_place_changes_the_described_properties(deployed: EmbeddedAws) -> None:
    template = copy.deepcopy(_TEMPLATE)
    resources = template["Resources"]
    resources["ScalableTarget"]["Properties"]["MaxCapacity"] = 12
    resources["HealthCheck"]["Properties"]["HealthCheckConfig"]["FailureThreshold"] = 5
    resources["EventSubscription"]["Properties"]["EventCategories"] = ["failover"]
    resources["CompositeAlarm"]["Properties"]["AlarmDescription"] = "All of them"
    resources["BalancerIngress"]["Properties"]["Description"] = "the web"
    policy = resources["ScalingPolicy"]["Properties"]
    policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] = 60
    before = _refs(deployed)

    outcome = stacks.update(deployed, template)

    assert outcome == stacks.Outcome(status="UPDATE_COMPLETE", failures={})
    assert _refs(deployed) == before
    scaling = deployed.client("application-autoscaling", EAST)
    targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    checks = deployed.client("route53", EAST).list_health_checks()["HealthChecks"]
    alarms = deployed.client("cloudwatch", EAST).describe_alarms(AlarmTypes=["CompositeAlarm"])
    subscriptions = deployed.client("rds", EAST).describe_event_subscriptions()
    tracking = policies[0]["TargetTrackingScalingPolicyConfiguration"]
    assert {
        "capacity": targets[0]["MaxCapacity"],
        "tracking": tracking["TargetValue"],
        "failures": checks[0]["HealthCheckConfig"]["FailureThreshold"],
        "alarm": alarms["CompositeAlarms"][0]["AlarmDescription"],
        "events": subscriptions["EventSubscriptionsList"][0]["EventCategoriesList"],
        "rule": _rule(deployed, before["BalancerIngress"])["Description"],
    } == {
        "capacity": 12,
        "tracking": 60.0,
        "failures": 5,
        "alarm": "All of them",
        "events": ["failover"],
        "rule": "the web",
    }


def test_change_of_a_create_only_property_replaces_the_resource(deployed: EmbeddedAws) -> None:
    template = copy.deepcopy(_TEMPLATE)
    template["Resources"]["EventSubscription"]["Properties"]["SubscriptionName"] = "another"

    outcome = stacks.update(deployed, template)

    assert outcome.status == "UPDATE_COMPLETE"
    subscriptions = deployed.client("rds", EAST).describe_event_subscriptions()
    names = [entry["CustSubscriptionId"] for entry in subscriptions["EventSubscriptionsList"]]
    assert names == ["another"]


# "It changes the resource's current capacity to a value that is inside of this range."
def test_scalable_target_moves_the_number_of_tasks_into_its_range(aws: EmbeddedAws) -> None:
    template = copy.deepcopy(_TEMPLATE)
    resources = template["Resources"]
    (service,) = (one for one in resources.values() if one["Type"] == "AWS::ECS::Service")
    service["Properties"].pop("DesiredCount", None)
    resources["ScalableTarget"]["Properties"] |= {"MinCapacity": 9, "MaxCapacity": 18}

    assert stacks.create(aws, template).status == "CREATE_COMPLETE"

    ecs = aws.client("ecs", EAST)
    (cluster,) = ecs.list_clusters()["clusterArns"]
    services = ecs.list_services(cluster=cluster)["serviceArns"]
    (described,) = ecs.describe_services(cluster=cluster, services=services)["services"]
    assert described["desiredCount"] == 9


def test_alarm_on_metric_math_shows_its_metrics(aws: EmbeddedAws) -> None:
    metric = {"Namespace": "AWS/SQS", "MetricName": "NumberOfMessagesSent"}
    queries = [
        {"Id": "all", "Expression": "sent * 2", "ReturnData": "true"},
        {
            "Id": "sent",
            "MetricStat": {"Metric": metric, "Period": "60", "Stat": "Sum"},
            "ReturnData": False,
        },
    ]
    alarm = {
        "AlarmName": "sent",
        "Metrics": queries,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    template = {"Resources": {"It": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm}}}

    assert stacks.create(aws, template).status == "CREATE_COMPLETE"

    (found,) = aws.client("cloudwatch", EAST).describe_alarms(AlarmNames=["sent"])["MetricAlarms"]
    assert [query["ReturnData"] for query in found["Metrics"]] == [True, False]
    assert found["Metrics"][1]["MetricStat"] == {"Metric": metric, "Period": 60, "Stat": "Sum"}
    assert "MetricName" not in found


def test_unsupported_operation_is_rejected(aws: EmbeddedAws) -> None:
    scaling = aws.client("application-autoscaling", EAST)

    with pytest.raises(scaling.exceptions.ClientError, match="does not support PutScheduledAction"):
        scaling.put_scheduled_action(
            ServiceNamespace="ecs",
            ScheduledActionName="night",
            ResourceId="service/a/b",
            ScalableDimension="ecs:service:DesiredCount",
            Schedule="rate(1 day)",
        )


def test_policy_without_its_target_is_rejected(aws: EmbeddedAws) -> None:
    scaling = aws.client("application-autoscaling", EAST)

    with pytest.raises(scaling.exceptions.ObjectNotFoundException, match="No scalable target"):
        scaling.put_scaling_policy(
            PolicyName="cpu",
            ServiceNamespace="ecs",
            ResourceId="service/a/b",
            ScalableDimension="ecs:service:DesiredCount",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 75},
        )


def _name(described: dict[str, Any]) -> str:
    return next(str(tag["Value"]) for tag in described["Tags"] if tag["Key"] == "Name")


def _rule(aws: EmbeddedAws, rule_id: str) -> dict[str, Any]:
    ec2 = aws.client("ec2", EAST)
    found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])
    rule: dict[str, Any] = found["SecurityGroupRules"][0]
    return rule


def _refs(aws: EmbeddedAws) -> dict[str, str]:
    client = aws.client("cloudformation", EAST)
    pages = client.get_paginator("list_stack_resources").paginate(StackName="payment")
    return {
        entry["LogicalResourceId"]: entry["PhysicalResourceId"]
        for page in pages
        for entry in page["StackResourceSummaries"]
    }
