"""The verdicts on the product: which promises it keeps, and where its own design breaks them."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES
from payment_templates.cloudformation import parse_template, read_template
from payment_templates.evidence import PROMISES, Examination, Result, Verdict, examine
from tests.evidence.changes import changed, cut, drop, put
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.templates import CLAIMS, REAL, production_document, real_document, result_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change

REGIONS = ["cn-north-1", "eu-west-1", "us-gov-west-1"]


@cache
def timed(profile: str) -> tuple[Examination, float]:
    """Examine the template of a profile; returns the seconds that it took, too."""
    document = real_document() if profile == "standard" else production_document()
    template = parse_template(json.dumps(document, separators=(",", ":")), name=profile)
    start = time.process_time()
    examination = examine(template, profile=profile)
    return examination, time.process_time() - start


def examined() -> Examination:
    return timed("standard")[0]


def found(claim_id: str) -> Result:
    (result,) = (result for result in examined().results if result.claim.id == claim_id)
    return result


@pytest.mark.parametrize(
    ("profile", "combinations", "left_out"),
    [("standard", 128, 0), ("production", 351, 942)],
    ids=list(PROFILES),
)
def test_combinations_are_few_for_many_conditions(
    profile: str, combinations: int, left_out: int
) -> None:
    examination, _ = timed(profile)

    assert examination.combinations == combinations
    assert examination.left_out == left_out


def test_examination_of_production_takes_little_longer_than_that_of_standard() -> None:
    # A ratio, because machines differ.
    (_, standard), (_, production) = map(timed, PROFILES)

    assert standard < 2
    assert production < 4 * standard


def test_product_breaks_nothing_but_what_specification_decided() -> None:
    broken = {
        result.claim.id for result in examined().results if result.finding.verdict is Verdict.BROKEN
    }

    assert broken == set(PROMISES["standard"].accepted)
    assert not examined().fails


@pytest.mark.parametrize("region", REGIONS)
def test_verdicts_are_the_same_in_every_region(region: str) -> None:
    result = examine(read_template(REAL), region=region, parameters={"PrimaryRegion": region})

    assert result.counts == examined().counts


@pytest.mark.parametrize(
    ("claim_id", "why"),
    [
        ("load-carried-after-zone-loss", "4 tasks would need 112.5 % CPU each"),
        ("detection-within-five-seconds", "12 s at worst"),
        ("alarms-within-sixty-seconds", "worst 180 to 360 s"),
        ("tasks-replaced-after-nat-loss", "no task starts without NatGatewayA"),
        ("tasks-replaced-after-zone-loss", "no task starts without us-east-1a"),
        ("deployments-stay-at-six", "6 to 12 tasks during a deployment"),
        ("availability-of-one-region", "99.969%"),
        ("zone-loss-without-downtime", "writes stop for up to 65 s"),
        ("region-back-within-two-minutes", "66 s at worst"),
        ("database-decides-creation-time", "35.5 minutes"),
        ("database-decides-creation-time", "9.9 of them because each reader waits"),
    ],
)
def test_finding_has_the_figure(claim_id: str, why: str) -> None:
    assert why in found(claim_id).finding.why


@pytest.mark.parametrize(
    ("claim_id", "arithmetic"),
    [
        (
            "load-carried-after-zone-loss",
            "75 % x 6 / 4 = 112.5 %; the remaining 4 can carry the load of 6 tasks at 66.7 %",
        ),
        ("detection-within-five-seconds", "best 5 x (2 - 1) = 5 s; worst 5 x 2 + 2 = 12 s"),
        ("region-back-within-two-minutes", "worst 10 x 3 + 6 + TTL 30 = 66 s"),
        ("deployments-stay-at-six", "6 x 100 % = 6, 6 x 200 % = 12"),
        (
            "database-decides-creation-time",
            "DatabaseWriter 595 -> DatabaseReader1 595 -> DatabaseReader2 595 = 2129 s",
        ),
        (
            "alarms-within-sixty-seconds",
            "delivery 60 (assumed: AWS publishes none) + evaluation 60 = 192 s",
        ),
        ("availability-of-one-region", "= 99.9690%: 13.4 minutes in 30 days"),
        ("neighbours-can-connect", "Service -> DatabaseCluster, 5432 from DatabaseCluster.Port"),
    ],
)
def test_arithmetic_is_shown(claim_id: str, arithmetic: str) -> None:
    assert any(arithmetic in line for line in found(claim_id).finding.evidence)


def test_port_that_cloudformation_chooses_is_shown_with_its_source() -> None:
    document = changed(real_document(), cut("DatabaseCluster.Properties.Port"))

    why = result_of(CLAIMS["neighbours-can-connect"], document).finding.why

    assert "3306 (the handler's default, as DatabaseCluster has no Port: " in why
    assert "aws-cloudformation-resource-providers-rds@5a410e8, dbcluster ModelAdapter" in why


def test_sla_is_called_no_forecast() -> None:
    evidence = "\n".join(found("availability-of-one-region").finding.evidence)

    assert "an SLA is a threshold for credits, not a forecast" in evidence
    assert "no figure found: NAT gateway, CloudWatch, EventBridge" in evidence
    assert "99.9 % each" in evidence


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            put("LoadBalancer.Properties.Subnets", [{"Ref": "PublicSubnetA"}]),
            "Elastic Load Balancing 99.900%, no second zone",
        ),
        (
            put(
                "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets",
                [{"Ref": "PrivateSubnetA"}],
            ),
            "ECS no SLA, no second zone",
        ),
        (
            put("DatabaseCluster.Properties.Engine", "aurora-postgresql"),
            "Aurora 99.990%, 3 zones: https://aws.amazon.com/rds/aurora/sla (2022-05-19)",
        ),
    ],
)
def test_sla_is_that_of_the_zones_in_use(change: Change, line: str) -> None:
    document = changed(real_document(), change)

    result = result_of(CLAIMS["availability-of-one-region"], document)

    assert any(line in evidence for evidence in result.finding.evidence)


def test_one_zone_of_a_load_balancer_is_not_accepted() -> None:
    document = changed(
        real_document(), put("LoadBalancer.Properties.Subnets", [{"Ref": "PublicSubnetA"}])
    )

    examination = examine(parse_template(json.dumps(document), name="mutated"), parameters=FIXED)

    assert "availability-of-one-region" in {r.claim.id for r in examination.results if r.fails}


def test_two_regions_are_not_called_perfect() -> None:
    document = changed(real_document(), put("Parameters.DomainName.Default", "pay.example.com"))
    document = changed(document, put("Parameters.HostedZoneId.Default", "Z0EXAMPLE"))

    examination = examine(
        parse_template(json.dumps(document), name="domain"),
        parameters={"DomainName": "pay.example.com", "HostedZoneId": "Z0EXAMPLE"},
    )
    whys = {r.claim.id: r.finding.why for r in examination.results}

    assert whys["availability-of-two-regions"].startswith("99.999990% if")


def test_conditions_that_decide_are_named() -> None:
    assert found("region-back-within-two-minutes").combination == {"HasDomain": True}


def test_break_in_one_combination_alone_counts() -> None:
    document = changed(real_document(), put("DnsRecord.Properties.TTL", "300"))

    examination = examine(parse_template(json.dumps(document), name="mutated"))
    (result,) = (r for r in examination.results if r.claim.id == "dns-ttl-thirty-seconds")

    assert result.finding.verdict is Verdict.BROKEN
    assert result.combination == {"HasDomain": True}
    assert examination.fails


def test_second_nat_gateway_helps_as_far_as_ecs_chooses_its_zones() -> None:
    document = changed(
        real_document(),
        put(
            "NatGatewayB",
            {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": {"Ref": "PublicSubnetB"}}},
        ),
        put("PrivateRouteB.Properties.NatGatewayId", {"Ref": "NatGatewayB"}),
    )

    examination = examine(parse_template(json.dumps(document), name="mutated"), parameters=FIXED)
    verdicts = {result.claim.id: result.finding.verdict for result in examination.results}

    assert verdicts["tasks-replaced-after-nat-loss"] is Verdict.CONDITIONAL
    assert verdicts["tasks-replaced-after-zone-loss"] is Verdict.CONDITIONAL


def test_production_breaks_nothing_but_what_it_accepts() -> None:
    examination, _ = timed("production")

    assert not examination.fails
    assert {r.claim.id for r in examination.results if r.accepted} == set(
        PROMISES["production"].accepted
    )


def test_production_does_not_accept_one_nat_gateway() -> None:
    examination = examine(read_template(REAL), profile="production", parameters=FIXED)
    failing = {result.claim.id for result in examination.results if result.fails}

    assert "tasks-replaced-after-nat-loss" in failing


@pytest.mark.parametrize("profile", PROMISES)
def test_only_known_claims_are_accepted(profile: str) -> None:
    assert set(PROMISES[profile].accepted) <= set(CLAIMS)


def test_no_alarm_at_all_is_no_kept_promise() -> None:
    document = real_document()
    alarms = [n for n, r in document["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"]
    document = changed(document, drop("Dashboard"), *(drop(name) for name in alarms))

    examination = examine(parse_template(json.dumps(document), name="mutated"), parameters=FIXED)
    verdicts = {result.claim.id: result.finding.verdict for result in examination.results}

    assert verdicts["alerts-reach-subscribers"] is Verdict.BROKEN
    assert verdicts["alarm-on-tasks"] is Verdict.BROKEN


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_image_is_in_the_registry_of_its_repository_in_both_regions(region: str) -> None:
    account = "111122223333"
    given = {
        "ContainerRepositoryArn": f"arn:aws:ecr:{region}:{account}:repository/payment",
        "ContainerImage": f"{account}.dkr.ecr.{region}.amazonaws.com/payment:1",
    }

    (result,) = examine(
        read_template(REAL), region=region, parameters=given, claims=[CLAIMS["tasks-can-start"]]
    ).results

    assert result.finding.verdict is Verdict.KEPT
