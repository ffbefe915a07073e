"""Checks with each service's own describe call that a resource exists."""

# ruff: noqa: ANN401 - templates and AWS's answers are JSON of any shape.

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import EmbeddedAws


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of a stack, with its references resolved."""

    resource_type: str
    ref: str
    # From the template, with every Ref resolved.
    properties: Mapping[str, Any]


def missing(aws: EmbeddedAws, region: str, resources: Iterable[Resource]) -> list[tuple[str, str]]:
    """Return the type and Ref of each resource that its own service does not show."""
    clients: dict[str, Any] = {}

    def ask(service: str, operation: str, **parameters: Any) -> Any:
        if service not in clients:
            clients[service] = aws.client(service, region)
        return getattr(clients[service], operation)(**parameters)

    return [
        (resource.resource_type, resource.ref)
        for resource in resources
        if not SHOWN[resource.resource_type](ask, resource)
    ]


Ask = Callable[..., Any]


def _listed(
    service: str, operation: str, members: str, key: str | None
) -> Callable[[Ask, Resource], bool]:
    def shown(ask: Ask, resource: Resource) -> bool:
        entries = ask(service, operation)[members]
        return any((entry if key is None else entry[key]) == resource.ref for entry in entries)

    return shown


def _attachment(ask: Ask, resource: Resource) -> bool:
    gateways = ask("ec2", "describe_internet_gateways")["InternetGateways"]
    return any(
        gateway["InternetGatewayId"] == resource.properties["InternetGatewayId"]
        and gateway["Attachments"][0]["VpcId"] == resource.properties["VpcId"]
        for gateway in gateways
    )


def _route(ask: Ask, resource: Resource) -> bool:
    expected = resource.properties
    tables = ask("ec2", "describe_route_tables", RouteTableIds=[expected["RouteTableId"]])
    return any(
        route.get("DestinationCidrBlock") == expected["DestinationCidrBlock"]
        for route in tables["RouteTables"][0]["Routes"]
    )


def _subscription(ask: Ask, resource: Resource) -> bool:
    # An unconfirmed subscription has no ARN.
    expected = resource.properties
    subscriptions = ask("sns", "list_subscriptions_by_topic", TopicArn=expected["TopicArn"])
    return any(
        (one["Protocol"], one["Endpoint"]) == (expected["Protocol"], expected["Endpoint"])
        for one in subscriptions["Subscriptions"]
    )


def _association(ask: Ask, resource: Resource) -> bool:
    expected = resource.properties
    tables = ask("ec2", "describe_route_tables", RouteTableIds=[expected["RouteTableId"]])
    return any(
        association.get("SubnetId") == expected["SubnetId"]
        for association in tables["RouteTables"][0]["Associations"]
    )


def _topic_policy(ask: Ask, resource: Resource) -> bool:
    topics = resource.properties["Topics"]
    answers = [ask("sns", "get_topic_attributes", TopicArn=topic) for topic in topics]
    return all("sns:Publish" in answer["Attributes"]["Policy"] for answer in answers)


def _listener(ask: Ask, resource: Resource) -> bool:
    found = ask("elbv2", "describe_listeners", ListenerArns=[resource.ref])["Listeners"]
    return bool(found[0]["Port"] == int(resource.properties["Port"]))


def _task_definition(ask: Ask, resource: Resource) -> bool:
    found = ask("ecs", "describe_task_definition", taskDefinition=resource.ref)["taskDefinition"]
    return bool(found["status"] == "ACTIVE")


def _service(ask: Ask, resource: Resource) -> bool:
    cluster = resource.properties["Cluster"]
    found = ask("ecs", "describe_services", cluster=cluster, services=[resource.ref])["services"]
    return bool(found[0]["runningCount"] == int(resource.properties["DesiredCount"]))


def _cluster(ask: Ask, resource: Resource) -> bool:
    return bool(ask("ecs", "describe_clusters", clusters=[resource.ref])["clusters"])


def _composite_alarm(ask: Ask, resource: Resource) -> bool:
    names = {"AlarmNames": [resource.ref], "AlarmTypes": ["CompositeAlarm"]}
    return bool(ask("cloudwatch", "describe_alarms", **names)["CompositeAlarms"])


def _managed_policy(ask: Ask, resource: Resource) -> bool:
    return bool(ask("iam", "get_policy", PolicyArn=resource.ref)["Policy"])


def _scalable_target(ask: Ask, resource: Resource) -> bool:
    resource_id = resource.ref.partition("|")[0]
    found = ask(
        "application-autoscaling",
        "describe_scalable_targets",
        ServiceNamespace="ecs",
        ResourceIds=[resource_id],
    )
    return bool(found["ScalableTargets"])


def _scaling_policy(ask: Ask, resource: Resource) -> bool:
    found = ask("application-autoscaling", "describe_scaling_policies", ServiceNamespace="ecs")
    return resource.ref in {policy["PolicyARN"] for policy in found["ScalingPolicies"]}


def _web_acl_association(ask: Ask, resource: Resource) -> bool:
    load_balancer = resource.properties["ResourceArn"]
    found = ask("wafv2", "get_web_acl_for_resource", ResourceArn=load_balancer)["WebACL"]
    return resource.ref == f"{load_balancer}|{found['ARN']}"


def _web_acl(ask: Ask, resource: Resource) -> bool:
    found = ask("wafv2", "list_web_acls", Scope="REGIONAL")["WebACLs"]
    return resource.ref.partition("|")[0] in {acl["Name"] for acl in found}


def _record(ask: Ask, resource: Resource) -> bool:
    zone = resource.properties["HostedZoneId"]
    found = ask("route53", "list_resource_record_sets", HostedZoneId=zone)["ResourceRecordSets"]
    return any(record["Name"].rstrip(".") == resource.ref.rstrip(".") for record in found)


def _security_group_rule(ask: Ask, resource: Resource) -> bool:
    rules = ask("ec2", "describe_security_group_rules", SecurityGroupRuleIds=[resource.ref])
    return bool(rules["SecurityGroupRules"][0]["GroupId"] == resource.properties["GroupId"])


SHOWN: Mapping[str, Callable[[Ask, Resource], bool]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::CloudWatch::Alarm": _listed("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "AWS::CloudWatch::CompositeAlarm": _composite_alarm,
    "AWS::CloudWatch::Dashboard": _listed(
        "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"
    ),
    "AWS::EC2::EIP": _listed("ec2", "describe_addresses", "Addresses", "PublicIp"),
    "AWS::EC2::FlowLog": _listed("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    "AWS::EC2::InternetGateway": _listed(
        "ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"
    ),
    "AWS::EC2::NatGateway": _listed("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    "AWS::EC2::Route": _route,
    "AWS::EC2::RouteTable": _listed("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    "AWS::EC2::SecurityGroup": _listed(
        "ec2", "describe_security_groups", "SecurityGroups", "GroupId"
    ),
    "AWS::EC2::SecurityGroupEgress": _security_group_rule,
    "AWS::EC2::SecurityGroupIngress": _security_group_rule,
    "AWS::EC2::Subnet": _listed("ec2", "describe_subnets", "Subnets", "SubnetId"),
    "AWS::EC2::SubnetRouteTableAssociation": _association,
    "AWS::EC2::VPC": _listed("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    "AWS::EC2::VPCEndpoint": _listed(
        "ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"
    ),
    "AWS::EC2::VPCGatewayAttachment": _attachment,
    "AWS::ECS::Cluster": _cluster,
    "AWS::ECS::Service": _service,
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _listed(
        "elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _listed(
        "elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"
    ),
    "AWS::Events::Rule": _listed("events", "list_rules", "Rules", "Name"),
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Role": _listed("iam", "list_roles", "Roles", "RoleName"),
    "AWS::KMS::Alias": _listed("kms", "list_aliases", "Aliases", "AliasName"),
    "AWS::KMS::Key": _listed("kms", "list_keys", "Keys", "KeyId"),
    "AWS::Logs::LogGroup": _listed("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "AWS::RDS::DBCluster": _listed(
        "rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier"
    ),
    "AWS::RDS::DBClusterParameterGroup": _listed(
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups",
        "DBClusterParameterGroupName",
    ),
    "AWS::RDS::DBInstance": _listed(
        "rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"
    ),
    "AWS::RDS::DBSubnetGroup": _listed(
        "rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"
    ),
    "AWS::RDS::EventSubscription": _listed(
        "rds", "describe_event_subscriptions", "EventSubscriptionsList", "CustSubscriptionId"
    ),
    "AWS::Route53::HealthCheck": _listed("route53", "list_health_checks", "HealthChecks", "Id"),
    "AWS::Route53::RecordSet": _record,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _listed("sns", "list_topics", "Topics", "TopicArn"),
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SSM::Parameter": _listed("ssm", "describe_parameters", "Parameters", "Name"),
    "AWS::SecretsManager::Secret": _listed("secretsmanager", "list_secrets", "SecretList", "ARN"),
    "AWS::WAFv2::WebACL": _web_acl,
    "AWS::WAFv2::WebACLAssociation": _web_acl_association,
}
