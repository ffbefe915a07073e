"""The template's own Rules, evaluated before CloudFormation refuses the parameters."""

# ruff: noqa: ANN401 - the documents of the commands are JSON of any shape.

import json
from pathlib import Path
from typing import Any

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.rendering import render
from tests.rollout.running import EAST, SMALL, Commands

_EMAIL = ("--parameter", "AlertEmail=on-call@example.com")
_IN_EAST = ("--region", EAST, "--without-roles")
_CERTIFICATE = f"arn:aws:acm:{EAST}:123456789012:certificate/1"


@pytest.fixture
def production(tmp_path: Path) -> Path:
    """The template of the production profile."""
    path = tmp_path / "production.json"
    path.write_text(render(build_template(PROFILES["production"])))
    return path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "a rule of the template: Give CertificateArn: payments need HTTPS"),
        (
            ["--parameter", f"CertificateArn={_CERTIFICATE}", "--parameter", "HostedZoneId=Z1"],
            "a rule of the template: Give both HostedZoneId and DomainName, or none",
        ),
    ],
    ids=["no certificate", "zone without name"],
)
def test_values_that_break_a_rule_of_the_template_are_refused(
    commands: Commands, production: Path, arguments: list[str], says: str
) -> None:
    result = commands.deploy(*_EMAIL, *arguments, template=production, preflight=True)

    assert result.exit_code == 3
    assert says in result.output
    assert commands.stack() is None


def test_values_that_satisfy_the_rules_pass(commands: Commands, production: Path) -> None:
    given = (*_EMAIL, "--parameter", f"CertificateArn={_CERTIFICATE}")

    document = commands.document("preflight", *given, *_IN_EAST, template=production)

    held = [one["what"] for one in document["findings"] if one["what"].startswith("rules")]
    rules = (
        "HostedZoneWithDomainName, CertificateForHttps, TwoRegions, RegionOfPair, "
        "PrimaryRegionOfPair, SlackChannelWithWorkspace, TwoAlertEmails"
    )
    assert held == [f"rules of the template hold: {rules}"]


def test_rule_uses_the_current_values_of_the_stack(commands: Commands, tmp_path: Path) -> None:
    template = _with_rule(tmp_path)
    commands.deploy("--parameter", "Message=given", template=template)

    document = commands.document("preflight", *_IN_EAST, template=template)

    assert _refused(document) == []


def test_rule_that_only_aws_can_evaluate_is_unknown(commands: Commands, tmp_path: Path) -> None:
    template = _with_rule(
        tmp_path, {"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["a"]]}
    )

    document = commands.document("preflight", *_IN_EAST, template=template)

    unknown = [one["what"] for one in document["findings"] if one["verdict"] == "unknown"]
    assert unknown == ["a rule of the template cannot be evaluated here: Give a Message"]


def test_rule_with_a_false_condition_passes(commands: Commands, tmp_path: Path) -> None:
    never = {"Fn::Equals": [{"Ref": "Message"}, "never"]}
    template = _with_rule(tmp_path, condition=never)

    assert _refused(commands.document("preflight", *_IN_EAST, template=template)) == []


def _with_rule(tmp_path: Path, asserts: Any = None, condition: Any = None) -> Path:
    """Write the small template with a rule: its Message must not be the default."""
    document = json.loads(SMALL.read_text())
    given = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Message"}, "first"]}]}
    assertion = {"Assert": asserts or given, "AssertDescription": "Give a Message"}
    rule: dict[str, Any] = {"Assertions": [assertion]}
    if condition:
        rule["RuleCondition"] = condition
    path = tmp_path / "rule.json"
    path.write_text(json.dumps({**document, "Rules": {"Own": rule}}))
    return path


def _refused(document: Any) -> list[dict[str, str]]:
    return [one for one in document["findings"] if one["verdict"] == "refused"]
