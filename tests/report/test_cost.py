"""The bill of a template: AWS's published figures, sources and unknown prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import template_of
from payment_templates.evidence import region_pair, regional_topologies
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.choices import choices_of
from payment_templates.report.cost.usage import Usage
from tests.cloudformation.templates import product
from tests.evidence.changes import changed, drop, put
from tests.report.bills import bills, usd
from tests.report.published import REGIONS, published

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

HOURS = 730
FLOW_LOG = "AWS::EC2::FlowLog"
QUERY_LOG = "AWS::Route53Resolver::ResolverQueryLoggingConfig"
ACL_LOG = "AWS::WAFv2::LoggingConfiguration"
COMPOSITE = {
    "Type": "AWS::CloudWatch::CompositeAlarm",
    "Properties": {"AlarmRule": {"Fn::Sub": "ALARM(${TaskFailureAlarm})"}},
}
BUCKET = put("Bucket", {"Type": "AWS::S3::Bucket"})
PRODUCTION = (
    *(
        put(f"{name}.Properties.DBInstanceClass", "db.r6g.large")
        for name in ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
    ),
)


@pytest.mark.parametrize(
    ("what", "prices"),
    [
        ("Aurora db.t3.medium", {"db.t3.medium": 3 * HOURS}),
        ("Fargate vCPU", {"FARGATE_CPU": 6 * 0.25 * HOURS}),
        ("Fargate memory", {"FARGATE_MEMORY": 6 * 0.5 * HOURS}),
        ("NAT gateways", {"NAT_GATEWAY": HOURS}),
        ("public IPv4 addresses", {"PUBLIC_ADDRESS": 4 * HOURS}),
        ("application load balancer", {"BALANCER_HOUR": HOURS}),
        ("dashboards", {"DASHBOARD": 1}),
        ("keys", {"KEY": 1}),
        ("secrets", {"SECRET": 1}),
        ("alarms", {"ALARM": 6}),
        # 25 requests a second: 20 I/O operations a second, 25 new connections a second.
        ("Aurora storage", {"AURORA_STORAGE": 100}),
        ("Aurora I/O", {"AURORA_IO": 52.56}),
        ("load balancer capacity units", {"BALANCER_UNIT": HOURS}),
        ("data through NAT gateways", {"NAT_DATA": 100}),
    ],
)
@pytest.mark.parametrize("region", REGIONS)
def test_lines_cost_what_other_sources_publish(
    what: str, prices: dict[str, float], region: str
) -> None:
    usage = Usage(requests_per_second=25, io_per_request=0.8, storage_gb=100, nat_gb=100)
    topologies = regional_topologies(template_of(product()), regions=(region,), parameters={})
    expected = sum(published(name, region) * amount for name, amount in prices.items())

    assert usd(bills_of(topologies, usage)[0], what) == pytest.approx(expected, rel=0.02)


def test_larger_instances_cost_what_aws_publishes() -> None:
    for bill in bills(changed(product(), *PRODUCTION)):
        expected = 3 * HOURS * published("db.r6g.large", bill.region)

        assert usd(bill, "Aurora db.r6g.large") == pytest.approx(expected, rel=0.02)


def test_each_line_has_the_source_of_its_own_region() -> None:
    here, there = bills(product())
    sources = [
        {line.what: (line.source, line.date) for line in bill.lines} for bill in (here, there)
    ]

    assert "us-west-2" in sources[1]["application load balancer"][0]
    assert sources[0]["application load balancer"] != sources[1]["application load balancer"]
    for bill in (here, there):
        assert all(line.source and line.date for line in bill.lines)


def test_region_without_a_confirmed_price_makes_the_sum_a_minimum() -> None:
    topologies = regional_topologies(
        template_of(product()), regions=("eu-central-1",), parameters={}
    )
    (bill,) = bills_of(topologies, Usage())

    assert usd(bill, "Aurora storage") is None
    assert not bill.total.exact
    assert str(bill.total).startswith("at least ")


@pytest.mark.parametrize("seconds", [1, 60])
def test_enhanced_monitoring_costs_logs_by_its_interval(seconds: int) -> None:
    change = put("DatabaseWriter.Properties.MonitoringInterval", seconds)
    bill = bills(changed(product(), change), Usage(monitoring_kb=8))[0]
    gigabytes = HOURS * 3600 / seconds * 8 / 1024 / 1024
    expected = gigabytes * published("LOG_INGESTION", "us-east-1")

    assert usd(bill, "logs of Enhanced Monitoring") == pytest.approx(expected, rel=0.02)
    assert bill.total.exact


def web_acl(vendor: str, group: str) -> Change:
    statement = {"ManagedRuleGroupStatement": {"VendorName": vendor, "Name": group}}
    rules = [{"Name": "Group", "Statement": statement}]
    return put("Acl", {"Type": "AWS::WAFv2::WebACL", "Properties": {"Rules": rules}})


def test_baseline_rule_groups_cost_what_a_rule_does() -> None:
    common = web_acl("AWS", "AWSManagedRulesCommonRuleSet")
    bill = bills(changed(product(), common))[0]

    assert usd(bill, "web ACL rules") == pytest.approx(published("WEB_ACL_RULE", "us-east-1"))
    assert bill.total.exact


def test_bot_control_has_a_fee_and_requests_of_its_own() -> None:
    bill = bills(changed(product(), web_acl("AWS", "AWSManagedRulesBotControlRuleSet")))[0]

    assert usd(bill, "web ACL rule group AWSManagedRulesBotControlRuleSet") == pytest.approx(10)
    assert usd(bill, "requests that AWSManagedRulesBotControlRuleSet inspects") is None


def test_experiments_cost_the_minutes_of_their_actions() -> None:
    change = put("Outage", {"Type": "AWS::FIS::ExperimentTemplate", "Properties": {}})
    document, what = changed(product(), change), "actions of FIS experiments"

    assert usd(bills(document)[0], what) == 0
    assert usd(bills(document, Usage(experiment_minutes=15))[0], what) == pytest.approx(1.50)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (put("DatabaseWriter.Properties.DBInstanceClass", "db.r9.large"), "db.r9.large"),
        (put("DatabaseCluster.Properties.Engine", "aurora-mysql"), "aurora-mysql"),
        (put("DatabaseCluster.Properties.StorageType", "aurora-iopt1"), "Aurora with storage"),
        (
            put("Cache", {"Type": "AWS::ElastiCache::CacheCluster"}),
            "AWS::ElastiCache::CacheCluster",
        ),
        (put("LoadBalancer.Properties.Type", "network"), "network load balancer"),
        (put("SecretParameter.Properties.Tier", "Advanced"), "Advanced parameter"),
        (put("Cluster.Properties.ClusterSettings.0.Value", "enhanced"), "Container Insights"),
        (web_acl("Fortinet", "all_rules"), "web ACL rule group all_rules"),
        (web_acl("AWS", "AWSManagedRulesACFPRuleSet"), "web ACL rule group"),
        (put("Vault", {"Type": "AWS::Backup::BackupVault"}), "AWS::Backup::BackupVault"),
        (
            put("Flow", {"Type": FLOW_LOG, "Properties": {"LogDestinationType": "firehose"}}),
            "flow logs",
        ),
    ],
)
def test_what_has_no_price_is_unknown(change: Change, what: str) -> None:
    bill = bills(changed(product(), change))[0]

    assert any(line.what.startswith(what) and line.usd is None for line in bill.lines)
    assert not bill.total.exact


@pytest.mark.parametrize(
    ("kind", "fields", "what", "published"),
    [
        # 0.50 a GB that a service writes to a log group, 0.25 a GB to a bucket.
        (FLOW_LOG, {"LogGroupName": {"Ref": "ApplicationLogGroup"}}, "flow logs", 10.00),
        (FLOW_LOG, {"LogDestinationType": "s3"}, "flow logs", 5.00),
        (
            QUERY_LOG,
            {"DestinationArn": {"Fn::GetAtt": ["ApplicationLogGroup", "Arn"]}},
            *("logs of DNS queries", 10.00),
        ),
        (
            QUERY_LOG,
            {"DestinationArn": {"Fn::GetAtt": ["Bucket", "Arn"]}},
            *("logs of DNS queries", 5.00),
        ),
        (
            ACL_LOG,
            {"LogDestinationConfigs": ["arn:aws:logs:us-east-1:111122223333:log-group:aws-waf"]},
            *("logs of the web ACL", 10.00),
        ),
    ],
)
def test_logs_of_the_network_cost_what_their_destination_charges(
    kind: str, fields: Json, what: str, published: float
) -> None:
    log = put("Log", {"Type": kind, "Properties": fields})
    here, there = bills(changed(product(), BUCKET, log), Usage(network_log_gb=20))

    assert usd(here, what) == pytest.approx(published)
    # No requests, and so next to no logs.
    assert usd(there, what) == 0
    assert here.total.exact


def test_bucket_costs_what_it_holds() -> None:
    here, there = bills(changed(product(), BUCKET), Usage(bucket_gb=100))

    assert usd(here, "S3 storage") == usd(there, "S3 storage") == pytest.approx(2.30)


def test_stored_logs_have_the_month_of_all_other_lines() -> None:
    bill = bills(product(), Usage(requests_per_second=1, log_kb=1))[0]
    lines = {line.what: line for line in bill.lines}
    received, stored = lines["logs received"], lines["logs stored"]

    # A month of 730 hours; the groups keep a week.
    assert received.quantity
    assert stored.quantity == pytest.approx(received.quantity * 7 * 24 / HOURS)
    assert stored.how.endswith("x 7 days of retention / 30.4 days, uncompressed")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((), {"alarms": "6 metrics, 2 of them for scaling"}),
        ((drop("ScalingPolicy"),), {"alarms": "4 metrics"}),
        (
            (put("Either", COMPOSITE), put("TaskFailureAlarm.Properties.Period", 10)),
            {
                "alarms": "5 metrics, 2 of them for scaling",
                "high-resolution alarms": "1 metric",
                "composite alarms": "1 composite alarm",
            },
        ),
    ],
    ids=["with scaling", "without scaling", "composite and fast"],
)
def test_each_kind_of_alarm_says_what_it_counts(
    change: tuple[Change, ...], expected: dict[str, str]
) -> None:
    bill = bills(changed(product(), *change))[0]

    assert {line.what: line.how for line in bill.lines if "alarms" in line.what} == expected


def test_value_that_the_template_does_not_decide_is_unknown() -> None:
    task = "TaskDefinition.Properties.Cpu"
    bill = bills(changed(product(), put(task, {"Fn::ImportValue": "cpu"})))[0]

    (line,) = (line for line in bill.of_tier("tasks"))
    assert line.usd is None
    assert "TaskDefinition" in line.problem


SUBNETS = ["subnet-0a1", "subnet-0b2", "subnet-0c3"]


@pytest.mark.parametrize(
    ("resource", "what", "expected"),
    [
        # One network interface in each subnet, 0.01 an hour.
        (
            {
                "Type": "AWS::EC2::VPCEndpoint",
                "Properties": {
                    "VpcId": "vpc-0a1",
                    "ServiceName": "com.amazonaws.us-east-1.logs",
                    "VpcEndpointType": "Interface",
                    "SubnetIds": SUBNETS,
                },
            },
            "interface endpoints",
            21.90,
        ),
        ({"Type": "AWS::EC2::EIP"}, "public IPv4 addresses", 3.65),
        (
            {
                "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "Properties": {"Subnets": SUBNETS},
            },
            "public IPv4 addresses",
            10.95,
        ),
        (
            {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {
                    "ReplicaRegions": [{"Region": "us-west-2"}, {"Region": "eu-west-1"}]
                },
            },
            "replicas of secrets",
            0.80,
        ),
    ],
)
def test_resource_is_charged_without_others_of_the_template(
    resource: Json, what: str, expected: float
) -> None:
    bill = bills({"Resources": {"It": resource}})[0]

    assert usd(bill, what) == pytest.approx(expected)


def test_internal_load_balancer_has_no_address_and_sends_nothing_to_the_internet() -> None:
    balancer = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    properties = {"Scheme": "internal", "Subnets": SUBNETS}
    bill = bills({"Resources": {"It": {"Type": balancer, "Properties": properties}}})[0]

    assert not bill.of_tier("network")


IF_LARGE: Json = {
    "Parameters": {"Size": {"Type": "String"}, "Zone": {"Type": "String"}},
    "Conditions": {"IsLarge": {"Fn::Equals": [{"Ref": "Size"}, "large"]}},
    "Resources": {
        "Gateway": {"Type": "AWS::EC2::NatGateway", "Condition": "IsLarge"},
        "Key": {"Type": "AWS::KMS::Key"},
        "Secret": {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {"ReplicaRegions": {"Fn::If": ["IsLarge", [{"Region": "x"}], []]}},
        },
        # Free.
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Condition": "IsLarge"},
    },
}


def test_cost_behind_a_parameter_without_value_is_unknown() -> None:
    bill = bills(IF_LARGE)[0]
    unknown = {name for line in bill.lines if line.usd is None for name in line.resources}

    assert unknown == {"Gateway", "Secret"}
    assert str(bill.total).startswith("at least ")
    assert all("--parameter Size=VALUE" in line.problem for line in bill.lines if line.problem)


@pytest.mark.parametrize(("size", "gateways"), [("small", 0), ("large", 1)])
def test_value_of_the_parameter_decides_the_cost(size: str, gateways: int) -> None:
    bill = bills(IF_LARGE, parameters={"Size": size})[0]

    assert [line.quantity for line in bill.lines if line.what == "NAT gateways"] == (
        [gateways * HOURS] if gateways else []
    )
    assert bill.total.exact


def test_condition_that_only_aws_decides_leaves_the_cost_unknown() -> None:
    account = {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "111122223333"]}
    bill = bills(changed(IF_LARGE, put("Conditions.IsLarge", account)))[0]

    assert not bill.total.exact


def test_resources_that_cloudformation_adds_make_the_cost_a_minimum() -> None:
    loop = ["Name", ["A", "B"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}]
    document = changed(product(), put("Fn::ForEach::Topics", loop))
    bill = bills({**document, "Transform": "AWS::LanguageExtensions"})[0]

    assert str(bill.total).startswith("at least ")


def test_scaling_makes_the_cost_a_range() -> None:
    bill = bills(changed(product(), put("ScalableTarget.Properties.MaxCapacity", 12)))[0]
    (line,) = (line for line in bill.lines if line.what == "Fargate vCPU")

    assert line.most_usd == pytest.approx(2 * (line.usd or 0))
    assert " to " in str(bill.total)


def test_no_load_costs_nothing_by_usage_except_what_is_stored() -> None:
    bill = bills(product(), Usage(requests_per_second=0, storage_gb=0, nat_gb=0))[0]

    assert {line.usd for line in bill.lines if line.by_usage} == {0}


def test_requests_go_to_the_first_region() -> None:
    here, there = bills(product())

    assert usd(here, "responses to the internet")
    assert usd(there, "responses to the internet") == 0


def test_domain_adds_a_health_check_with_its_features() -> None:
    domain = {"DomainName": "pay.example.com", "HostedZoneId": "Z0EXAMPLE"}
    bill = bills(product(), parameters=domain)[0]

    assert usd(bill, "health check") == pytest.approx(0.50)
    # An interval of 10 s.
    assert usd(bill, "optional features of the health check") == pytest.approx(1.00)


def choices(document: Json) -> dict[str, tuple[float, bool]]:
    topologies = regional_topologies(
        template_of(document), regions=region_pair("us-east-1"), parameters={}
    )
    found = choices_of(topologies, bills_of(topologies, Usage()), Usage())
    return {it.what: (round(it.cost.usd, 2), it.made) for it in found}


def test_choices_are_part_of_the_bill_or_would_add_to_it() -> None:
    found = choices(product())

    assert found.pop("the stack in us-west-2")[1]
    assert found == {
        "2 readers, to which the database fails over": (119.72, True),
        "2 NAT gateways more, for one in each of 3 zones, 36.50 each": (73.00, False),
        # 5.00, 4 x 1.00, and 26.28 million requests x 0.60.
        "a web ACL with 4 rules, without its logs": (24.77, False),
        # 4 x 3 interfaces x 730 hours x 0.01.
        "interface endpoints for ecr.api, ecr.dkr, logs, secretsmanager in 3 zones, without data": (
            87.60,
            False,
        ),
    }


def test_choices_that_the_template_makes_are_in_the_bill() -> None:
    acl = {"Type": "AWS::WAFv2::WebACL", "Properties": {"Rules": [{"Name": "RateLimit"}]}}
    endpoint = {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcEndpointType": "Interface",
            "ServiceName": "com.amazonaws.us-east-1.logs",
            "SubnetIds": [{"Ref": "PrivateSubnetA"}, {"Ref": "PrivateSubnetB"}],
        },
    }
    found = choices(changed(product(), put("Acl", acl), put("Endpoint", endpoint)))

    assert found["the web ACL"] == (21.77, True)
    assert found["interface endpoints"] == (14.60, True)
    assert not any(what.startswith(("a web ACL", "interface endpoints for")) for what in found)


def test_choice_that_the_template_does_not_decide_is_left_out() -> None:
    unknown = put("Service.Properties.DesiredCount", {"Fn::ImportValue": "tasks"})

    assert not any("zone" in what for what in choices(changed(product(), unknown)))
