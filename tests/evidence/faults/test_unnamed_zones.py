"""A subnet may state the ID of its zone, name a parameter, or leave the zone to AWS."""

from __future__ import annotations

import json

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from tests.evidence.changes import Change, changed, cut, put
from tests.evidence.network_changes import PRIVATE, PUBLIC, ZONES, add, ref
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

_VALID = "valid-template"
_OF_ZONES = (
    *("availability-of-one-region", "availability-of-two-regions", "database-fails-over"),
    *("load-carried-after-zone-loss", "readers-in-other-zones", "survives-zone-loss"),
    *("tasks-in-three-zones", "tasks-replaced-after-zone-loss", "tasks-spread-evenly"),
    *("three-database-instances", "zone-loss-detected", "zone-loss-without-downtime"),
)


def _places(property_name: str, *values: object, of: tuple[str, ...] = PUBLIC) -> list[Change]:
    return [
        put(f"{name}.Properties.{property_name}", value)
        for name, value in zip(of, values, strict=True)
    ]


_OMITTED = [cut(f"{name}.Properties.AvailabilityZone") for name in (*PUBLIC, *PRIVATE)]
_IDS = tuple(f"use1-az{number}" for number, _ in enumerate(ZONES, start=1))
_BY_ID = [
    *_OMITTED,
    *_places("AvailabilityZoneId", *_IDS),
    *_places("AvailabilityZoneId", *_IDS, of=PRIVATE),
]


@pytest.mark.parametrize("claim", _OF_ZONES)
@pytest.mark.parametrize("changes", [_OMITTED, _BY_ID], ids=["omitted", "by ID"])
def test_zones_are_unknown(claim: str, changes: list[Change]) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "verdict", "why"),
    [
        pytest.param(_BY_ID, Verdict.KEPT, "every reference resolves", id="an ID each"),
        pytest.param(
            _OMITTED,
            Verdict.CONDITIONAL,
            "if the subnets of DatabaseCluster are in at least 2 zones",
            id="omitted",
        ),
        pytest.param(
            [*_BY_ID, put("PublicSubnetB.Properties.AvailabilityZoneId", _IDS[0])],
            Verdict.BROKEN,
            "LoadBalancer has PublicSubnetA and PublicSubnetB in use1-az1",
            id="one ID for two subnets of the load balancer",
        ),
        pytest.param(
            [*_BY_ID, *_places("AvailabilityZoneId", *_IDS[:1] * 3, of=PRIVATE)],
            Verdict.BROKEN,
            "the subnets of DatabaseCluster are in one zone",
            id="one ID for all subnets of the database",
        ),
        pytest.param(
            [
                *_BY_ID,
                cut("PrivateSubnetB.Properties.AvailabilityZoneId"),
                put("PrivateSubnetB.Properties.AvailabilityZone", "us-east-1b"),
            ],
            Verdict.CONDITIONAL,
            "if the subnets of DatabaseCluster are in at least 2 zones",
            id="IDs and a name",
        ),
    ],
)
def test_refusals_of_subnets_without_a_named_zone(
    changes: list[Change], verdict: Verdict, why: str
) -> None:
    finding = result_of(CLAIMS[_VALID], changed(real_document(), *changes)).finding

    assert finding.verdict is verdict
    assert why in finding.why


def test_unused_subnet_without_a_zone_changes_nothing() -> None:
    spare = add("Spare", "Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.99.0/24")

    document = changed(real_document(), spare)

    for claim in (*_OF_ZONES, _VALID):
        assert verdict_of(claim, document) is verdict_of(claim, real_document())


_BY_PARAMETER = [
    *(
        put(f"Parameters.Zone{zone}", {"Type": "AWS::EC2::AvailabilityZone::Name"})
        for zone in ZONES
    ),
    *_places("AvailabilityZone", *(ref(f"Zone{zone}") for zone in ZONES)),
]


@pytest.mark.parametrize(
    "claim",
    [
        *("database-fails-over", "readers-in-other-zones", "survives-zone-loss"),
        *("tasks-in-three-zones", "three-database-instances", _VALID),
    ],
)
def test_parameters_may_name_the_same_zone(claim: str) -> None:
    document = changed(real_document(), *_BY_PARAMETER)
    template = parse_template(json.dumps(document), name="the template")

    (result,) = examine(template, profile="standard", claims=[CLAIMS[claim]]).results

    assert result.finding.verdict is Verdict.CONDITIONAL
    assert "Zone" in result.finding.why


def test_given_zones_are_known() -> None:
    document = changed(real_document(), *_BY_PARAMETER)
    template = parse_template(json.dumps(document), name="the template")
    given = {"ZoneA": "us-east-1a", "ZoneB": "us-east-1b", "ZoneC": "us-east-1c"}
    claim = CLAIMS["tasks-in-three-zones"]

    (result,) = examine(template, profile="standard", parameters=given, claims=[claim]).results

    assert result.finding.verdict is Verdict.KEPT
