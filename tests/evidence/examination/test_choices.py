"""What the operator may yet choose, and where: no promise is kept by what happens to be first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Result, Verdict, examine
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import CLAIMS, real_document

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

SIX = "exactly-six-tasks-wanted"
ZONES = "tasks-in-three-zones"
TASKS = "Service.Properties.DesiredCount"
REGION = {"Ref": "AWS::Region"}


def result_of(claim_id: str, *changes: Change, **parameters: str) -> Result:
    text = json.dumps(changed(real_document(), *changes), separators=(",", ":"))
    template = parse_template(text, name="changed")
    (result,) = examine(template, parameters=parameters, claims=[CLAIMS[claim_id]]).results
    return result


def condition(name: str, expression: object) -> tuple[Change, ...]:
    """Add a condition under which a single task is wanted."""
    return (
        put(f"Conditions.{name}", expression),
        put(TASKS, {"Fn::If": [name, 1, 6]}),
    )


def parameter(name: str, **document: Any) -> Change:  # noqa: ANN401 - as in CloudFormation.
    return put(f"Parameters.{name}", document)


def equals(name: str, value: str) -> dict[str, object]:
    return {"Fn::Equals": [{"Ref": name}, value]}


SIZE = {"Type": "String", "Default": "large"}


@pytest.mark.parametrize(
    "constraint",
    [
        {"AllowedValues": ["large", "small"]},
        {"AllowedPattern": "^(large|small)$"},
        {},
    ],
    ids=lambda constraint: ", ".join(constraint) or "none",
)
def test_every_value_that_is_compared_is_examined(constraint: dict[str, Any]) -> None:
    size = parameter("Size", **SIZE, **constraint)

    result = result_of(SIX, size, *condition("Small", equals("Size", "small")))

    assert result.finding.verdict is Verdict.BROKEN
    assert result.combination == {"Small": True}


def test_third_value_is_examined_too() -> None:
    size = parameter("Size", **SIZE, AllowedValues=["large", "medium", "small"])
    medium = put("Conditions.Medium", equals("Size", "medium"))

    result = result_of(SIX, size, medium, *condition("Small", equals("Size", "small")))

    assert result.combination == {"Small": True}


def test_two_parameters_that_do_nothing_alone_are_examined() -> None:
    both = {"Fn::And": [equals("First", "yes"), equals("Second", "yes")]}
    first, second = (
        parameter(name, Type="String", Default="no", AllowedValues=["no", "yes"])
        for name in ("First", "Second")
    )

    result = result_of(SIX, first, second, *condition("Both", both))

    assert result.finding.verdict is Verdict.BROKEN


def test_value_that_is_not_taken_is_not_examined() -> None:
    size = parameter("Size", **SIZE, AllowedValues=["large"])

    result = result_of(SIX, size, *condition("Small", equals("Size", "small")), Size="large")

    assert result.finding.verdict is Verdict.KEPT


def test_other_region_that_breaks_it_is_named() -> None:
    west = {"Fn::Equals": [REGION, {"Fn::Join": ["-", ["us", "west", "2"]]}]}

    result = result_of(SIX, *condition("West", west))

    assert result.finding.verdict is Verdict.BROKEN
    assert result.elsewhere == "us-west-2"


def test_zone_that_only_one_region_has_breaks_the_other() -> None:
    zones = [
        put(f"PublicSubnet{z}.Properties.AvailabilityZone", f"us-east-1{z.lower()}") for z in "ABC"
    ]

    result = result_of(ZONES, *zones)

    assert result.elsewhere == "us-west-2"
    assert "us-east-1" in result.finding.why


def test_condition_that_no_parameter_decides_makes_it_conditional() -> None:
    ireland = {"Fn::Equals": [REGION, {"Fn::Join": ["-", ["eu", "west", "1"]]}]}

    result = result_of(SIX, *condition("Ireland", ireland))

    assert result.finding.verdict is Verdict.CONDITIONAL
    assert "except with Ireland" in result.finding.why


def test_condition_that_cannot_change_makes_nothing_conditional() -> None:
    result = result_of(SIX, *condition("Never", {"Fn::Equals": ["a", "b"]}))

    assert result.finding.verdict is Verdict.KEPT


@pytest.mark.parametrize(
    ("claim_id", "place", "free", "broken_by"),
    [
        (SIX, TASKS, {"Type": "Number", "Default": 6}, "N=0"),
        (SIX, TASKS, {"Type": "String", "Default": "6"}, "N=0"),
        (
            "backups-kept",
            "DatabaseCluster.Properties.BackupRetentionPeriod",
            {"Type": "Number", "Default": 1, "MinValue": 0},
            "N=0",
        ),
        (
            "database-is-private",
            "DatabaseWriter.Properties.PubliclyAccessible",
            {"Type": "String", "Default": "false"},
            "N=true",
        ),
    ],
)
def test_promise_that_a_parameter_may_break_depends_on_it(
    claim_id: str, place: str, free: dict[str, Any], broken_by: str
) -> None:
    result = result_of(claim_id, parameter("N", **free), put(place, {"Ref": "N"}))

    assert result.finding.verdict is Verdict.CONDITIONAL
    assert f"except with {broken_by}" in result.finding.why


def test_constraints_that_hold_the_promise_keep_it() -> None:
    six = parameter("N", Type="Number", Default=6, MinValue=6, MaxValue=6)

    result = result_of(SIX, six, put(TASKS, {"Ref": "N"}))

    assert result.finding.verdict is Verdict.KEPT


def test_given_value_makes_nothing_conditional() -> None:
    free = parameter("N", Type="Number", Default=6)

    result = result_of(SIX, free, put(TASKS, {"Ref": "N"}), N="6")

    assert result.finding.verdict is Verdict.KEPT


def test_one_zone_three_times_makes_it_conditional_until_three_are_given() -> None:
    free = result_of(ZONES)
    given = result_of(ZONES, AvailabilityZones="us-east-1d,us-east-1e,us-east-1f")

    assert free.finding.verdict is Verdict.CONDITIONAL
    assert "AvailabilityZones=us-east-1a,us-east-1a,us-east-1a" in free.finding.why
    assert given.finding.verdict is Verdict.KEPT


def test_zones_of_another_region_are_none() -> None:
    result = result_of(ZONES, AvailabilityZones="eu-west-1a,eu-west-1b,eu-west-1c")

    assert result.finding.verdict is Verdict.BROKEN
    assert "is not a zone of us-east-1" in result.finding.why


VERSION = "database-version-is-created"


@pytest.mark.parametrize("version", ["15.4", "15.8"])
def test_version_that_is_retired_is_broken(version: str) -> None:
    assert result_of(VERSION, DBEngineVersion=version).fails


@pytest.mark.parametrize("version", ["15.10", "15.19"])
def test_version_that_is_created_is_kept(version: str) -> None:
    assert result_of(VERSION, DBEngineVersion=version).finding.verdict is Verdict.KEPT


def test_older_version_makes_it_conditional() -> None:
    assert "except with DBEngineVersion=15.9" in result_of(VERSION).finding.why


def test_user_that_a_parameter_may_set_to_root_is_a_condition() -> None:
    anything = put("Parameters.ContainerUser.AllowedPattern", "^[a-z0-9:]*$")

    result = result_of("containers-without-root", anything)

    assert result.finding.why.endswith("except with ContainerUser=root")


def test_port_that_a_health_check_leaves_out_is_a_condition() -> None:
    given = {"DomainName": "pay.example.com", "HostedZoneId": "Z0EXAMPLE"}

    result = result_of(
        "dns-fails-over", cut("HealthCheck.Properties.HealthCheckConfig.Port"), **given
    )

    assert result.finding.why == "if HealthCheck, which sets no port, uses the default port of HTTP"


DAYS = {"Type": "Number", "Default": 7, "MinValue": 0, "MaxValue": 35}
IS_STANDARD = {"Fn::Equals": [{"Ref": "Size"}, "large"]}
ELSEWHERE = {"Fn::Equals": [REGION, "eu-west-1"]}
ELSEWHOSE = {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "999999999999"]}
NAMED = {"Fn::Equals": [{"Ref": "AWS::StackName"}, "payments-test"]}
IN_CHINA = {"Fn::Equals": [{"Ref": "AWS::URLSuffix"}, "amazonaws.com.cn"]}
NOTIFIED = {"Fn::Equals": [{"Fn::Join": ["", {"Ref": "AWS::NotificationARNs"}]}, "a-topic"]}


@pytest.mark.parametrize(
    ("conditions", "days", "words"),
    [
        (
            {"X": IS_STANDARD},
            {"Fn::If": ["X", 7, {"Ref": "Days"}]},
            "Days=0 and X false",
        ),
        ({"X": ELSEWHERE}, {"Fn::If": ["X", {"Ref": "Days"}, 7]}, "Days=0 and X true"),
        (
            {"X": ELSEWHERE, "Y": IS_STANDARD},
            {"Fn::If": ["X", {"Fn::If": ["Y", 7, 0]}, 7]},
            "X true, Y false",
        ),
        (
            {"X": ELSEWHERE, "Y": ELSEWHOSE},
            {"Fn::If": ["X", {"Fn::If": ["Y", 0, 7]}, 7]},
            "X true, Y true",
        ),
        ({"X": NAMED}, {"Fn::If": ["X", 0, 7]}, "X true, which no example value causes"),
        ({"X": NOTIFIED}, {"Fn::If": ["X", 0, 7]}, "X true, which no example value causes"),
        ({"X": IN_CHINA}, {"Fn::If": ["X", 0, 7]}, "X true, which no example value causes"),
    ],
)
def test_every_branch_is_examined_with_the_values_that_it_reads(
    conditions: dict[str, object], days: object, words: str
) -> None:
    found = result_of(
        "backups-kept",
        parameter("Size", **SIZE, AllowedValues=["large", "small"]),
        parameter("Days", **DAYS),
        *(put(f"Conditions.{name}", each) for name, each in conditions.items()),
        put("DatabaseCluster.Properties.BackupRetentionPeriod", days),
    ).finding

    assert found.verdict is Verdict.CONDITIONAL
    assert found.why.endswith(f"except with {words}")


def _with_maps(document: Json) -> None:
    sizes = {"large": {"Day": 7, "Night": 7}, "small": {"Day": 7, "Night": 0}}
    document["Mappings"] = {"Sizes": sizes}


@pytest.mark.parametrize(
    ("top", "second", "words"),
    [("Size", "Night", "Size=small"), ("small", "Time", "Time=Night"), ("large", "Time", "")],
)
def test_every_key_of_a_mapping_is_examined(top: str, second: str, words: str) -> None:
    def key(text: str) -> object:
        return {"Ref": text} if text in {"Size", "Time"} else text

    found = result_of(
        "backups-kept",
        parameter("Size", **SIZE),
        parameter("Time", Type="String", Default="Day"),
        _with_maps,
        put(
            "DatabaseCluster.Properties.BackupRetentionPeriod",
            {"Fn::FindInMap": ["Sizes", key(top), key(second)]},
        ),
    ).finding

    assert found.verdict is (Verdict.CONDITIONAL if words else Verdict.KEPT)
    assert found.why.endswith(f"except with {words}" if words else found.why)


SMALL = equals("Size", "small")
NOT_SMALL = {"Fn::Not": [SMALL]}


def _rule(*assertions: object, when: object = None) -> Change:
    rule: Json = {"Assertions": [{"Assert": it} for it in assertions]}
    return put("Rules.Sizes", {**rule, **({"RuleCondition": when} if when else {})})


def _with_rules(document: Json) -> None:
    document["Rules"] = {}


def _when_small(condition_: object, changes: list[Change]) -> Result:
    return result_of(
        SIX,
        parameter("Size", **SIZE),
        parameter("Where", Type="String", Default="there"),
        *changes,
        *condition("Small", condition_),
    )


@pytest.mark.parametrize(
    ("condition_", "changes"),
    [
        pytest.param(SMALL, [parameter("Size", **SIZE, AllowedValues=["large"])], id="values"),
        pytest.param(SMALL, [parameter("Size", **SIZE, AllowedPattern="large|huge")], id="pattern"),
        pytest.param(SMALL, [_with_rules, _rule(NOT_SMALL)], id="a rule"),
        pytest.param(
            {"Fn::And": [SMALL, equals("Where", "here")]},
            [_with_rules, _rule({"Fn::Not": [equals("Where", "here")]}, when=SMALL)],
            id="a rule about two parameters",
        ),
    ],
)
def test_condition_that_only_a_refused_value_would_change_makes_nothing_conditional(
    condition_: object, changes: list[Change]
) -> None:
    result = _when_small(condition_, changes)

    assert result.finding.verdict is Verdict.KEPT


@pytest.mark.parametrize(
    ("condition_", "changes"),
    [
        pytest.param(
            {"Fn::Or": [SMALL, ELSEWHOSE]},
            [parameter("Size", **SIZE, AllowedValues=["large"])],
            id="or another account",
        ),
        pytest.param(
            {"Fn::Not": [equals("Size", "large")]},
            [parameter("Size", **SIZE, AllowedPattern="large|unheard-of")],
            id="a value that nothing names",
        ),
        pytest.param(
            {"Fn::Equals": [{"Fn::Sub": "very-${Size}"}, "very-small"]}, [], id="a part of a text"
        ),
        pytest.param(
            SMALL,
            [
                _with_rules,
                _rule({"Fn::Equals": [{"Fn::Sub": "${Where}!"}, "here!"]}, when=SMALL),
            ],
            id="a rule that another parameter satisfies",
        ),
    ],
)
def test_condition_that_an_accepted_value_may_change_stays_open(
    condition_: object, changes: list[Change]
) -> None:
    result = _when_small(condition_, changes)

    assert result.finding.verdict is Verdict.CONDITIONAL
    assert result.finding.why.endswith("except with Small true, which no example value causes")
