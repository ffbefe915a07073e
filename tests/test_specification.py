"""Tests every line of the specification, in its own words, against the template."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from payment_templates.cloudformation import references_in
from tests.view import View

Check = Callable[[View], bool]

EC2, RDS, ECS, IAM = "AWS::EC2::", "AWS::RDS::", "AWS::ECS::", "AWS::IAM::"
BALANCING, SCALING = "AWS::ElasticLoadBalancingV2::", "AWS::ApplicationAutoScaling::"
LETTERS = "ABC"
DOMAIN = {"HostedZoneId": "Z123", "DomainName": "pay.example.com"}
KEY_ARN = {"Fn::GetAtt": ["EncryptionKey", "Arn"]}


def subnets(kind: str) -> list[dict[str, str]]:
    return [{"Ref": f"{kind}Subnet{zone}"} for zone in LETTERS]


def blocks(view: View, kind: str) -> list[str]:
    return [view.properties(subnet["Ref"])["CidrBlock"] for subnet in subnets(kind)]


def routed(view: View, target: str) -> set[str]:
    """Return the subnets whose default route goes to such a target."""
    tables = [
        route["RouteTableId"]
        for route in view.of_type(f"{EC2}Route").values()
        if route["DestinationCidrBlock"] == "0.0.0.0/0" and target in route
    ]
    return {
        association["SubnetId"]["Ref"]
        for association in view.of_type(f"{EC2}SubnetRouteTableAssociation").values()
        if association["RouteTableId"] in tables
    }


def admitted(view: View, group: str) -> list[object]:
    return [
        rule.get("SourceSecurityGroupId", {}).get("Ref") or rule["CidrIp"]
        for rule in view.rules_into(group)
    ]


def least_privilege(view: View) -> bool:
    return (
        admitted(view, "LoadBalancerSecurityGroup") == ["0.0.0.0/0"] * 2
        and admitted(view, "ApplicationSecurityGroup") == ["LoadBalancerSecurityGroup"]
        and admitted(view, "DatabaseSecurityGroup") == ["ApplicationSecurityGroup"]
    )


def instances(view: View, zones: str) -> list[str]:
    """Return the classes of the instances in these zones."""
    return [
        instance["DBInstanceClass"]
        for instance in view.of_type(f"{RDS}DBInstance").values()
        if instance["AvailabilityZone"]["Fn::GetAtt"][0][-1] in zones
    ]


def database_zones(view: View) -> set[str]:
    return {
        instance["AvailabilityZone"]["Fn::GetAtt"][0]
        for instance in view.of_type(f"{RDS}DBInstance").values()
    }


def writer_first(view: View) -> bool:
    readers = [name for name in view.of_type(f"{RDS}DBInstance") if name != "DatabaseWriter"]
    return len(readers) == 2 and all("DatabaseWriter" in view.waits_for(name) for name in readers)


def fails_over(view: View) -> bool:
    tiers = [instance["PromotionTier"] for instance in view.of_type(f"{RDS}DBInstance").values()]
    return tiers == [0, 1, 2] and len(database_zones(view)) == 3


def engine(view: View) -> bool:
    """15.4 itself can no longer be created: the operator may choose any 15.x."""
    cluster = view.only(f"{RDS}DBCluster")
    version = view.document["Parameters"]["DBEngineVersion"]
    return bool(
        cluster["Engine"] == "aurora-postgresql"
        and cluster["EngineVersion"] == {"Ref": "DBEngineVersion"}
        and version["Default"].startswith("15.")
    )


def placed(view: View) -> dict[str, object]:
    network = view.only(f"{ECS}Service")["NetworkConfiguration"]
    configuration: dict[str, object] = network["AwsvpcConfiguration"]
    return configuration


def spread(view: View) -> bool:
    service = view.only(f"{ECS}Service")
    return (
        service["DesiredCount"] == 6
        and service["AvailabilityZoneRebalancing"] == "ENABLED"
        and placed(view)["Subnets"] == subnets("Private")
    )


def deployment(view: View, name: str) -> object:
    return view.only(f"{ECS}Service")["DeploymentConfiguration"][name]


def writes_logs(view: View) -> bool:
    (container,) = view.only(f"{ECS}TaskDefinition")["ContainerDefinitions"]
    logs = container["LogConfiguration"]
    group = view.resource(logs["Options"]["awslogs-group"]["Ref"])
    return bool(logs["LogDriver"] == "awslogs" and group["Type"] == "AWS::Logs::LogGroup")


def balances(view: View) -> bool:
    balancer = view.only(f"{BALANCING}LoadBalancer")
    return bool(
        balancer["Scheme"] == "internet-facing" and balancer["Subnets"] == subnets("Public")
    )


def target(view: View, name: str) -> object:
    return view.only(f"{BALANCING}TargetGroup")[name]


def target_attribute(view: View, key: str) -> object:
    attributes = view.only(f"{BALANCING}TargetGroup")["TargetGroupAttributes"]
    return {entry["Key"]: entry["Value"] for entry in attributes}[key]


def drains(view: View) -> bool:
    return target_attribute(view, "deregistration_delay.timeout_seconds") == "30"


def checks_every_5_seconds(view: View) -> bool:
    return target(view, "HealthCheckIntervalSeconds") == 5


def web_ports(view: View) -> list[object]:
    return [rule["FromPort"] for rule in view.rules_into("LoadBalancerSecurityGroup")]


def bounds(view: View) -> tuple[int, int]:
    scalable = view.only(f"{SCALING}ScalableTarget")
    return scalable["MinCapacity"], scalable["MaxCapacity"]


def tracked(view: View) -> dict[str, object]:
    policy = view.only(f"{SCALING}ScalingPolicy")
    configuration: dict[str, object] = policy["TargetTrackingScalingPolicyConfiguration"]
    return configuration


def alarm_at(view: View, metric: str, comparison: str, threshold: int) -> bool:
    (alarm,) = (
        alarm
        for alarm in view.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric
    )
    return (alarm["ComparisonOperator"], alarm["Threshold"]) == (comparison, threshold)


def connections_alarm(view: View) -> bool:
    return alarm_at(view, "DatabaseConnections", "LessThanOrEqualToThreshold", 0)


def tasks_alarm(view: View) -> bool:
    return alarm_at(view, "RunningTaskCount", "LessThanThreshold", 6)


def targets_alarm(view: View) -> bool:
    return alarm_at(view, "UnHealthyHostCount", "GreaterThanThreshold", 0)


def alarms_by_the_minute(view: View) -> bool:
    """One period of one minute; the same faults also reach the topic as events, within seconds."""
    alarms = view.of_type("AWS::CloudWatch::Alarm").values()
    periods = [(alarm["Period"], alarm["EvaluationPeriods"]) for alarm in alarms]
    events = {**view.of_type("AWS::Events::Rule"), **view.of_type(f"{RDS}EventSubscription")}
    return periods == [(60, 1)] * 4 and len(events) == 4


def publishes(view: View) -> bool:
    alarms = view.of_type("AWS::CloudWatch::Alarm").values()
    return all(alarm["AlarmActions"] == [{"Ref": "AlertTopic"}] for alarm in alarms)


def mails(view: View) -> bool:
    subscription = view.only("AWS::SNS::Subscription")
    return (subscription["Protocol"], subscription["Endpoint"]) == ("email", {"Ref": "AlertEmail"})


def graphs(view: View) -> bool:
    """Graphs by the minute of connections, replica lag, tasks and response times."""
    dashboard = json.loads(view.only("AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"])
    found = [widget["properties"] for widget in dashboard["widgets"] if widget["type"] == "metric"]
    shown = {str(part) for graph in found for line in graph["metrics"] for part in line}
    return {graph["period"] for graph in found} == {60} and shown >= {
        *("DatabaseConnections", "AuroraReplicaLagMaximum"),
        *("RunningTaskCount", "TargetResponseTime"),
    }


def database_is_encrypted(view: View) -> bool:
    cluster = view.only(f"{RDS}DBCluster")
    return bool(cluster["StorageEncrypted"] is True and cluster["KmsKeyId"] == KEY_ARN)


def all_data_is_encrypted(view: View) -> bool:
    """Every type that holds data and accepts a customer managed key."""
    keys = {
        f"{RDS}DBCluster": "KmsKeyId",
        f"{RDS}DBInstance": "PerformanceInsightsKMSKeyId",
        "AWS::Logs::LogGroup": "KmsKeyId",
        "AWS::SNS::Topic": "KmsMasterKeyId",
        "AWS::SecretsManager::Secret": "KmsKeyId",
    }
    return database_is_encrypted(view) and all(
        set(references_in(properties[name])) == {"EncryptionKey"}
        for resource_type, name in keys.items()
        for properties in view.of_type(resource_type).values()
    )


def key_serves(view: View) -> bool:
    """RDS may use the key through the account and grants, CloudWatch to publish to the topic."""
    statements = {entry["Sid"]: entry for entry in view.statements("EncryptionKey")}
    ways = statements["Use"]["Condition"]["StringLike"]["kms:ViaService"]
    return (
        "rds.*" in ways
        and statements["HoldGrants"]["Action"] == ["kms:CreateGrant"]
        and "cloudwatch.amazonaws.com" in statements["PublishersUse"]["Principal"]["Service"]
    )


def stored(view: View, leaf: str) -> object:
    (parameter,) = (
        parameter
        for parameter in view.of_type("AWS::SSM::Parameter").values()
        if parameter["Name"]["Fn::Sub"].endswith(f"/database/{leaf}")
    )
    return parameter["Value"]


def allows(view: View, role: str, *actions: str) -> bool:
    allowed = {
        action
        for policy, properties in view.of_type(f"{IAM}ManagedPolicy").items()
        if {"Ref": role} in properties["Roles"]
        for statement in view.statements(policy)
        for action in statement["Action"]
    }
    return allowed >= set(actions)


def task_role(view: View) -> bool:
    definition = view.only(f"{ECS}TaskDefinition")
    return bool(definition["TaskRoleArn"] == {"Fn::GetAtt": ["TaskRole", "Arn"]})


def fails_over_between_regions(view: View) -> bool:
    primary = view.deployed(**DOMAIN).only("AWS::Route53::RecordSet")
    elsewhere = view.deployed(**DOMAIN, **{"AWS::Region": "us-west-2"})
    secondary = elsewhere.only("AWS::Route53::RecordSet")
    return (primary["Failover"], secondary["Failover"]) == ("PRIMARY", "SECONDARY")


def checked_record_of_30_seconds(view: View) -> bool:
    record = view.deployed(**DOMAIN).only("AWS::Route53::RecordSet")
    optional = not view.deployed().of_type("AWS::Route53::RecordSet")
    return optional and (record["TTL"], record["HealthCheckId"]) == ("30", {"Ref": "HealthCheck"})


def stack_set_ready(view: View) -> bool:
    """No resource names a region, and names that all regions share end in the region."""
    shared = [
        *(role["RoleName"] for role in view.of_type(f"{IAM}Role").values()),
        *(policy["ManagedPolicyName"] for policy in view.of_type(f"{IAM}ManagedPolicy").values()),
        view.only("AWS::CloudWatch::Dashboard")["DashboardName"],
    ]
    return "us-east-1" not in str(view.resources) and all(
        name["Fn::Sub"].endswith("-${AWS::Region}") for name in shared
    )


def deleted(view: View) -> bool:
    return all(
        (resource["DeletionPolicy"], resource.get("UpdateReplacePolicy", "Delete"))
        == ("Delete", "Delete")
        for resource in view.resources.values()
    )


def cluster_has(name: str, value: object) -> Check:
    return lambda view: view.only(f"{RDS}DBCluster")[name] == value


COMPONENTS: dict[str, dict[str, Check]] = {
    "VPC and Networking": {
        "VPC with CIDR 10.0.0.0/16": lambda view: (
            view.only(f"{EC2}VPC")["CidrBlock"] == "10.0.0.0/16"
        ),
        "3 public subnets (10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24)": lambda view: (
            blocks(view, "Public") == ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
        ),
        "3 private subnets (10.0.11.0/24, 10.0.12.0/24, 10.0.13.0/24)": lambda view: (
            blocks(view, "Private") == ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"]
        ),
        "Internet Gateway for public internet access": lambda view: (
            routed(view, "GatewayId") == {subnet["Ref"] for subnet in subnets("Public")}
        ),
        "NAT Gateway for private subnet outbound connectivity": lambda view: (
            routed(view, "NatGatewayId") == {subnet["Ref"] for subnet in subnets("Private")}
        ),
        "Route tables for public and private subnets": lambda view: (
            len(view.of_type(f"{EC2}SubnetRouteTableAssociation")) == 6
        ),
        "Security groups for ALB, ECS, and RDS with least privilege": least_privilege,
    },
    "Aurora PostgreSQL Cluster": {
        "Aurora PostgreSQL 15.4 cluster": engine,
        "1 writer instance in us-east-1a (db.t3.medium)": lambda view: (
            instances(view, "A") == ["db.t3.medium"]
        ),
        "2 reader instances in us-east-1b and us-east-1c (db.t3.medium)": lambda view: (
            instances(view, "BC") == ["db.t3.medium"] * 2
        ),
        "Automated failover enabled": fails_over,
        "Encrypted at rest with KMS customer managed key": database_is_encrypted,
        "Automated backups with 1-day retention": cluster_has("BackupRetentionPeriod", 1),
        "CloudWatch Logs export enabled": cluster_has(
            "EnableCloudwatchLogsExports", ["postgresql"]
        ),
        "DeletionProtection: false (for cleanup)": cluster_has("DeletionProtection", value=False),
    },
    "ECS Fargate Service": {
        "ECS Cluster with Container Insights enabled": lambda view: (
            view.only(f"{ECS}Cluster")["ClusterSettings"]
            == [{"Name": "containerInsights", "Value": "enabled"}]
        ),
        "Fargate task definition (256 CPU, 512 MB memory)": lambda view: (
            (task := view.only(f"{ECS}TaskDefinition"))["RequiresCompatibilities"] == ["FARGATE"]
            and (task["Cpu"], task["Memory"]) == ("256", "512")
        ),
        "6 tasks distributed evenly (2 per AZ)": spread,
        "Tasks deployed in private subnets": lambda view: (
            placed(view)["Subnets"] == subnets("Private")
            and placed(view)["AssignPublicIp"] == "DISABLED"
        ),
        "Rolling update deployment (min 100% healthy)": lambda view: (
            deployment(view, "MinimumHealthyPercent") == 100
        ),
        "Deployment circuit breaker enabled": lambda view: (
            deployment(view, "DeploymentCircuitBreaker") == {"Enable": True, "Rollback": True}
        ),
        "CloudWatch Logs integration": writes_logs,
    },
    "Application Load Balancer": {
        "Internet-facing ALB across 3 public subnets": balances,
        "Target group with IP targets": lambda view: target(view, "TargetType") == "ip",
        "Health checks every 5 seconds": checks_every_5_seconds,
        "Connection draining: 30 seconds": drains,
        "Cross-zone load balancing enabled": lambda view: (
            target_attribute(view, "load_balancing.cross_zone.enabled") == "true"
        ),
        "Security group allowing HTTP/HTTPS": lambda view: web_ports(view) == [80, 443],
    },
    "Auto Scaling": {
        "Application Auto Scaling target": lambda view: (
            view.only(f"{SCALING}ScalableTarget")["ScalableDimension"] == "ecs:service:DesiredCount"
        ),
        "Min/Max capacity: 6 tasks": lambda view: bounds(view) == (6, 6),
        "Target tracking policy (75% CPU)": lambda view: (
            tracked(view)["TargetValue"] == 75 and "CPUUtilization" in str(tracked(view))
        ),
        "Maintains exactly 6 tasks during failures": lambda view: (
            bounds(view) == (6, 6) and spread(view)
        ),
    },
    "CloudWatch Monitoring": {
        "RDS failover alarm (database connections <= 0)": connections_alarm,
        "ECS task failure alarm (running tasks < 6)": tasks_alarm,
        "ALB unhealthy target alarm (unhealthy count > 0)": targets_alarm,
        "ALB high response time alarm (> 1 second)": lambda view: alarm_at(
            view, "TargetResponseTime", "GreaterThanThreshold", 1
        ),
        "All alarms trigger within 60 seconds": alarms_by_the_minute,
        "CloudWatch dashboard with real-time metrics": graphs,
    },
    "SNS Notifications": {
        "SNS topic for critical alerts": lambda view: (
            list(view.of_type("AWS::SNS::Topic")) == ["AlertTopic"]
        ),
        "Email subscription configuration": mails,
        "All CloudWatch alarms publish to topic": publishes,
    },
    "KMS Encryption": {
        "Customer managed KMS key": lambda view: (
            list(view.of_type("AWS::KMS::Key")) == ["EncryptionKey"]
        ),
        "Automatic key rotation enabled": lambda view: (
            view.only("AWS::KMS::Key")["EnableKeyRotation"] is True
        ),
        "Used for RDS encryption at rest": database_is_encrypted,
        "Proper key policies for RDS and CloudWatch": key_serves,
    },
    "Systems Manager Parameter Store": {
        "Aurora writer endpoint": lambda view: (
            stored(view, "writer-endpoint")
            == {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]}
        ),
        "Aurora reader endpoint": lambda view: (
            stored(view, "reader-endpoint")
            == {"Fn::GetAtt": ["DatabaseCluster", "ReadEndpoint.Address"]}
        ),
        # By reference: CloudFormation could store the password only in clear text.
        "Database password (for reference)": lambda view: (
            stored(view, "secret-arn") == {"Ref": "DatabaseSecret"}
        ),
    },
    "IAM Roles": {
        # ECR's own actions come with a private repository: see tests/tiers/test_identity.py.
        "ECS Task Execution Role (for pulling images, logs)": lambda view: allows(
            view, "ExecutionRole", "ecr:BatchGetImage", "logs:PutLogEvents"
        ),
        "ECS Task Role (for application permissions)": task_role,
        "SSM Parameter access": lambda view: allows(view, "TaskRole", "ssm:GetParameter"),
        "KMS decrypt permissions": lambda view: (
            allows(view, "ExecutionRole", "kms:Decrypt") and allows(view, "TaskRole", "kms:Decrypt")
        ),
    },
}

REQUIREMENTS: dict[str, Check] = {
    "Aurora PostgreSQL cluster with 1 writer and 2 reader instances across different AZs": (
        lambda view: writer_first(view) and len(database_zones(view)) == 3
    ),
    "ECS Fargate service running 6 tasks distributed evenly across 3 AZs": spread,
    "Application Load Balancer with target group health checks and connection draining": (
        lambda view: balances(view) and checks_every_5_seconds(view) and drains(view)
    ),
    "Route 53 failover routing (template ready, requires hosted zone)": fails_over_between_regions,
    "Auto Scaling policies maintaining exactly 6 ECS tasks during AZ failures": (
        lambda view: bounds(view) == (6, 6)
    ),
    (
        "CloudWatch alarms for RDS failover events, ECS task failures, and ALB unhealthy targets"
    ): lambda view: connections_alarm(view) and tasks_alarm(view) and targets_alarm(view),
    "SNS topic for critical alerts with email subscription": mails,
    "Automated RDS snapshot backup with 1-day retention (minimum for testing)": (
        cluster_has("BackupRetentionPeriod", 1)
    ),
    "CloudWatch dashboard showing real-time failover metrics": graphs,
    "CloudFormation Stack Sets ready for us-west-2 deployment": stack_set_ready,
}

CONSTRAINTS: dict[str, Check] = {
    "RDS instances use Aurora PostgreSQL with automated failover capability": (
        lambda view: engine(view) and fails_over(view)
    ),
    "ECS tasks distributed across 3 availability zones": spread,
    "Application Load Balancer health checks every 5 seconds": checks_every_5_seconds,
    # The "group" is the ECS service: Fargate has no instances.
    "Auto Scaling Group maintains exactly 6 running instances at all times": (
        lambda view: bounds(view) == (6, 6) and deployment(view, "MinimumHealthyPercent") == 100
    ),
    "All data encrypted at rest using AWS KMS customer managed keys": all_data_is_encrypted,
    "CloudWatch alarms trigger within 60 seconds of service degradation": alarms_by_the_minute,
    "Route 53 health checks with failover routing policy and 30-second TTL (optional)": (
        checked_record_of_30_seconds
    ),
    "ECS service uses rolling update with minimum healthy percent of 100": (
        lambda view: deployment(view, "MinimumHealthyPercent") == 100
    ),
    "RDS read replicas in different AZs than primary instance": (
        lambda view: len(database_zones(view)) == 3
    ),
    "All resources use DeletionPolicy: Delete (for synthetic task cleanup)": deleted,
}

LINES = {
    **{f"{part}: {line}": check for part in COMPONENTS for line, check in COMPONENTS[part].items()},
    **REQUIREMENTS,
    **CONSTRAINTS,
}


@pytest.mark.parametrize("line", LINES)
def test_template_meets_the_specification(template: View, line: str) -> None:
    check = LINES[line]

    assert check(template)


def test_no_requirement_or_constraint_is_left_out() -> None:
    tables = (REQUIREMENTS, CONSTRAINTS)

    assert [len(table) for table in tables] == [10, 10]


# The numbers of lines under each of the specification's ten components.
def test_no_line_of_a_component_is_left_out() -> None:
    tables = COMPONENTS.values()

    assert [len(table) for table in tables] == [7, 8, 7, 6, 4, 6, 3, 4, 3, 4]
