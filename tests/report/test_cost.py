"""The bill of a template: AWS's published figures, sources, unknown prices, and the command."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import template_of
from payment_templates.evidence import region_pair, regional_topologies
from payment_templates.facts import prices
from payment_templates.facts.prices import Price
from payment_templates.report.cost.bill import total
from payment_templates.report.cost.calculation import bills_of
from payment_templates.report.cost.choices import choices_of
from payment_templates.report.cost.usage import ASSUMPTIONS, Usage
from tests.cloudformation.templates import PRODUCT, product
from tests.evidence.changes import changed, put

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from payment_templates.report.cost.bill import RegionBill
    from tests.evidence.changes import Change, Json

PRICES = [
    *(it for it in vars(prices).values() if isinstance(it, Price)),
    *prices.AURORA_POSTGRESQL.values(),
]
GLOBAL = put("Global", {"Type": "AWS::RDS::GlobalCluster", "Properties": {}})
FLOW_LOG = "AWS::EC2::FlowLog"
QUERY_LOG = "AWS::Route53Resolver::ResolverQueryLoggingConfig"
ACL_LOG = "AWS::WAFv2::LoggingConfiguration"
BUCKET = put("Bucket", {"Type": "AWS::S3::Bucket"})
PRODUCTION = (
    *(
        put(f"{name}.Properties.DBInstanceClass", "db.r6g.large")
        for name in ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
    ),
)


def bills(
    document: Json, usage: Usage | None = None, parameters: dict[str, str] | None = None
) -> tuple[RegionBill, ...]:
    topologies = regional_topologies(
        template_of(document), regions=region_pair("us-east-1"), parameters=parameters or {}
    )
    return bills_of(topologies, usage or Usage())


def usd(bill: RegionBill, what: str) -> float | None:
    (line,) = (line for line in bill.lines if line.what == what)
    return line.usd


# USD a month as AWS's calculators and Infracost publish them.
@pytest.mark.parametrize(
    ("what", "published"),
    [
        ("Aurora db.t3.medium", 3 * 59.86),
        ("Fargate vCPU", 6 * 0.25 * 29.55),
        ("Fargate memory", 6 * 0.5 * 3.24),
        ("NAT gateways", 32.85),
        ("public IPv4 addresses", 4 * 3.65),
        ("application load balancer", 16.43),
        ("dashboards", 3.00),
        ("keys", 1.00),
        ("secrets", 0.40),
        ("alarms", 0.60),
    ],
)
@pytest.mark.parametrize("number", [0, 1], ids=["us-east-1", "us-west-2"])
def test_fixed_costs_are_those_that_aws_publishes(what: str, published: float, number: int) -> None:
    assert usd(bills(product())[number], what) == pytest.approx(published, rel=0.02)


@pytest.mark.parametrize(
    ("what", "published"),
    [
        ("Aurora storage", 10.00),
        ("Aurora I/O", 10.51),
        ("load balancer capacity units", 5.84),
        ("data through NAT gateways", 4.50),
    ],
)
@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_costs_by_usage_are_those_that_aws_publishes(
    what: str, published: float, region: str
) -> None:
    # 20 I/O operations a second, 25 new connections a second.
    usage = Usage(requests_per_second=25, io_per_request=0.8, storage_gb=100, nat_gb=100)
    topologies = regional_topologies(template_of(product()), regions=(region,), parameters={})

    assert usd(bills_of(topologies, usage)[0], what) == pytest.approx(published, rel=0.02)


def test_larger_instances_cost_what_aws_publishes() -> None:
    bill = bills(changed(product(), *PRODUCTION))[0]

    assert usd(bill, "Aurora db.r6g.large") == pytest.approx(3 * 189.80, rel=0.02)


def test_every_price_has_a_source_and_its_date() -> None:
    assert len(PRICES) > 30
    for price in PRICES:
        assert price.source.startswith("https://")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", price.date)


def test_region_without_a_confirmed_price_makes_the_sum_a_minimum() -> None:
    topologies = regional_topologies(
        template_of(product()), regions=("eu-central-1",), parameters={}
    )
    (bill,) = bills_of(topologies, Usage())

    assert usd(bill, "Aurora storage") is None
    assert not bill.total.exact
    assert str(bill.total).startswith("at least ")


def test_global_database_makes_every_sum_with_it_a_minimum() -> None:
    topologies = regional_topologies(
        template_of(changed(product(), GLOBAL)), regions=region_pair("us-east-1"), parameters={}
    )
    found = bills_of(topologies, Usage())
    costs = {it.what: it.cost for it in choices_of(topologies, found, Usage())}

    assert [str(bill.total).startswith("at least ") for bill in found] == [True, True]
    assert str(costs["the stack in us-west-2"]).startswith("at least ")
    # A total of the tiers without it is still exact.
    assert total(found[0].of_tier("tasks")).exact


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
        (GLOBAL, "replicated writes"),
        (put("DatabaseCluster.Properties.GlobalClusterIdentifier", "pay"), "replicated writes"),
        (put("DatabaseWriter.Properties.MonitoringInterval", 30), "Enhanced Monitoring"),
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


def test_value_that_the_template_does_not_decide_is_unknown() -> None:
    task = "TaskDefinition.Properties.Cpu"
    bill = bills(changed(product(), put(task, {"Fn::ImportValue": "cpu"})))[0]

    (line,) = (line for line in bill.of_tier("tasks"))
    assert line.usd is None
    assert "TaskDefinition" in line.problem


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


def test_every_assumption_is_explained_and_an_option() -> None:
    names = [f"--{name.replace('_', '-')}" for name in asdict(Usage())]
    listed = {option for parameter in main.commands["cost"].params for option in parameter.opts}

    assert list(ASSUMPTIONS) == list(asdict(Usage()))
    assert {*names} <= listed


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["cost", str(PRODUCT), *arguments])


def test_json_has_each_line_with_its_source() -> None:
    document: dict[str, Any] = json.loads(run("--json").output)

    lines = [line for region in document["regions"] for line in region["lines"]]
    assert [region["region"] for region in document["regions"]] == ["us-east-1", "us-west-2"]
    assert all(line["source"] or line["problem"] for line in lines)
    assert sum(line["usd"] or 0 for line in lines) == pytest.approx(
        document["total"]["usd"], abs=0.2
    )


def test_terminal_names_the_assumptions_and_what_is_left_out() -> None:
    output = run("--storage-gb", "7").output

    assert "--storage-gb 7: GB of data in each database" in output
    assert "us-west-2: 3" in output
    assert "Left out" in output


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--requests-per-second", "-1"], "-1.0 is not in the range"),
        (["--requests-per-second", "nan"], "'nan' is not a finite number"),
        (["--requests-per-second", "1e308"], "1e+308 is not in the range"),
        (["--changed-percent", "101"], "101.0 is not in the range"),
        (["--region", "us-east-9"], "there is no region 'us-east-9'"),
        (["--region", "us-east-1", "--region", "us-east-1"], "--region us-east-1 is given twice"),
        (["--parameter", "Foo=1"], "the template has no parameter 'Foo'"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], problem: str) -> None:
    found = run(*arguments)

    assert found.exit_code == 2
    assert problem in found.output
    assert found.output.count("error:") == 1


def test_text_from_the_template_cannot_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    kind = "db.\x1b[31mlarge"
    change = put("DatabaseWriter.Properties.DBInstanceClass", kind)
    path.write_text(json.dumps(changed(product(), change)))

    output = CliRunner().invoke(main, ["cost", str(path)], color=True).output

    assert kind not in output
    assert r"db.\x1b[31mlarge" in output


def test_diff_shows_what_the_change_costs(tmp_path: Path) -> None:
    key = {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True}}
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for count, path in enumerate(paths, start=1):
        path.write_text(json.dumps({"Resources": {f"Key{it}": key for it in range(count)}}))

    found = CliRunner().invoke(main, ["diff", *map(str, paths), "--no-fail"])

    assert "Cost\n  1.00 → 2.00 USD a month in the region" in found.output
