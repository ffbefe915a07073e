"""What is accepted is accepted as far as it is broken by design, and no further."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import PROMISES, Result, Verdict, examine
from payment_templates.evidence.promises import LIMITS
from payment_templates.evidence.text_output import reason
from tests.evidence.changes import changed, cut, put
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.templates import CLAIMS, real_document

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

TARGETS = "TargetGroup.Properties"
DEPLOYMENT = "Service.Properties.DeploymentConfiguration"
CPU = "ScalingPolicy.Properties.TargetTrackingScalingPolicyConfiguration"


def of_type(kind: str, name: str, value: object) -> tuple[Change, ...]:
    """Set a property of every resource of a type."""
    resources = real_document()["Resources"]
    names = [logical_id for logical_id, entry in resources.items() if entry["Type"] == kind]
    assert names
    return tuple(put(f"{logical_id}.Properties.{name}", value) for logical_id in names)


WORSE: list[tuple[str, str, tuple[Change, ...]]] = [
    (
        "alarms that look at a week",
        "alarms-within-sixty-seconds",
        of_type("AWS::CloudWatch::Alarm", "Period", 86400),
    ),
    (
        "ten failed checks",
        "detection-within-five-seconds",
        (put(f"{TARGETS}.UnhealthyThresholdCount", 10),),
    ),
    (
        "tasks at 100 % CPU",
        "load-carried-after-zone-loss",
        (put(f"{CPU}.TargetValue", 100),),
    ),
    (
        "three times the tasks",
        "deployments-stay-at-six",
        (put(f"{DEPLOYMENT}.MaximumPercent", 300),),
    ),
    (
        "half the tasks",
        "deployments-stay-at-six",
        (put(f"{DEPLOYMENT}.MinimumHealthyPercent", 50),),
    ),
    (
        "egress in one zone, and none anywhere",
        "tasks-replaced-after-zone-loss",
        (cut("PrivateRouteA"), cut("PrivateRouteB"), cut("PrivateRouteC")),
    ),
    (
        "no reader in another zone",
        "zone-loss-without-downtime",
        tuple(
            put(
                f"{name}.Properties.AvailabilityZone",
                {"Fn::GetAtt": ["PrivateSubnetA", "AvailabilityZone"]},
            )
            for name in ("DatabaseReader1", "DatabaseReader2")
        ),
    ),
    ("no database", "payments-survive-region-loss", (put("DatabaseCluster.Type", "Other"),)),
]


def result_of(claim_id: str, document: Json, profile: str = "standard") -> Result:
    template = parse_template(json.dumps(document, separators=(",", ":")), name="worse")
    (result,) = examine(template, profile=profile, claims=[CLAIMS[claim_id]]).results
    return result


@pytest.mark.parametrize(
    ("claim_id", "changes"),
    [(claim_id, changes) for _, claim_id, changes in WORSE],
    ids=[title for title, _, _ in WORSE],
)
def test_worse_than_accepted_fails(claim_id: str, changes: tuple[Change, ...]) -> None:
    result = result_of(claim_id, changed(real_document(), *changes))

    assert claim_id in PROMISES["standard"].accepted
    assert result.fails


@pytest.mark.parametrize(
    "changes",
    [
        (put(f"{TARGETS}.HealthCheckTimeoutSeconds", 2),),
        (put(f"{TARGETS}.UnhealthyThresholdCount", 2),),
        (put(f"{CPU}.TargetValue", 70),),
    ],
    ids=["the same timeout", "the same threshold", "a lower target"],
)
def test_what_is_no_worse_stays_accepted(changes: tuple[Change, ...]) -> None:
    document = changed(real_document(), *changes)

    template = parse_template(json.dumps(document, separators=(",", ":")), name="no worse")

    assert not examine(template, parameters=FIXED).fails


def test_nothing_is_broken_and_accepted_only_because_it_was_never_promised() -> None:
    for promises in PROMISES.values():
        assert not promises.accepted.keys() & promises.not_promised.keys()


def test_claim_that_is_not_promised_can_be_examined_and_does_not_fail() -> None:
    result = result_of("data-survives-deletion", real_document())

    assert result.finding.verdict is Verdict.BROKEN
    assert not result.promised
    assert not result.fails


@pytest.mark.parametrize(
    ("claim_id", "distance"),
    [
        ("availability-of-one-region", "this stack is at it"),
        ("deployments-stay-at-six", "5 tasks from it"),
        ("detection-within-five-seconds", "5 s from it"),
    ],
)
def test_limit_of_aws_says_how_far_the_stack_is_from_it(claim_id: str, distance: str) -> None:
    result = result_of(claim_id, real_document())

    assert result.limit is not None
    assert result.limit.distance(result.finding.amount) == distance


def test_reason_has_the_worst_value_then_the_best_possible_one() -> None:
    result = result_of("alarms-within-sixty-seconds", real_document())

    assert reason(result) == (
        "worst 180 to 360 s; best possible 120 s (60 s period + 60 s evaluation), before metric "
        "delivery"
    )


def test_every_limit_of_aws_is_of_a_claim() -> None:
    assert set(LIMITS) <= set(CLAIMS)


def test_what_a_profile_promises_has_to_be_there() -> None:
    bucket = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}

    assert result_of("backups-kept", bucket).fails
    assert result_of("backups-kept", bucket, "any").finding.verdict is Verdict.NOT_APPLICABLE


def test_acceptance_says_how_far() -> None:
    accepted = result_of("detection-within-five-seconds", real_document()).accepted

    assert str(accepted).startswith("up to 12 s at worst: the specification asks")
