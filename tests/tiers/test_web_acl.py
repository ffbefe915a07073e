from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

MANAGED = ["IpReputation", "Common", "KnownBadInputs", "SqlInjection"]


def test_standard_stack_has_no_web_acl(template: View) -> None:
    assert not template.of_type("AWS::WAFv2::WebACL")


def test_web_acl_is_in_front_of_the_load_balancer(production: View) -> None:
    acl, association = production.properties("WebAcl"), production.properties("WebAclAssociation")

    assert (acl["Scope"], acl["DefaultAction"]) == ("REGIONAL", {"Allow": {}})
    assert association == {
        "ResourceArn": {"Ref": "LoadBalancer"},
        "WebACLArn": {"Fn::GetAtt": ["WebAcl", "Arn"]},
    }


def test_web_acl_uses_the_rules_of_aws(production: View) -> None:
    used = [
        rule["Statement"]["ManagedRuleGroupStatement"]
        for rule in production.properties("WebAcl")["Rules"]
        if "ManagedRuleGroupStatement" in rule["Statement"]
    ]

    assert used == [
        {"VendorName": "AWS", "Name": f"AWSManagedRules{name}"}
        for name in (
            *("AmazonIpReputationList", "CommonRuleSet", "KnownBadInputsRuleSet"),
            "SQLiRuleSet",
        )
    ]


def test_requests_of_one_address_are_limited(production: View) -> None:
    rule = rules(production)["RateLimit"]

    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": {"Ref": "RateLimit"},
    }


# AWS refuses a web ACL in which two rules have one priority.
def test_every_rule_has_a_priority_of_its_own(production: View) -> None:
    priorities = [rule["Priority"] for rule in production.properties("WebAcl")["Rules"]]

    assert priorities == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("mode", "action"), [("Count", "Count"), ("Block", "None")])
@pytest.mark.parametrize("name", MANAGED)
def test_parameter_decides_whether_managed_rules_block(
    production: View, name: str, mode: str, action: str
) -> None:
    deployed = production.deployed(WebAclMode=mode)

    assert rules(deployed)[name]["OverrideAction"] == {action: {}}


@pytest.mark.parametrize("mode", ["Count", "Block"])
def test_parameter_decides_whether_the_rate_limit_blocks(production: View, mode: str) -> None:
    deployed = production.deployed(WebAclMode=mode)

    assert rules(deployed)["RateLimit"]["Action"] == {mode: {}}


def test_web_acl_only_counts_by_default(production: View) -> None:
    assert production.document["Parameters"]["WebAclMode"]["Default"] == "Count"
    assert production.holds("CountsWebRequests")


# WAF accepts only a log group whose name starts like this, and returns its ARN without ":*".
def test_requests_are_logged_in_a_group_that_waf_accepts(production: View) -> None:
    logs = production.properties("WebAclLogs")
    name = production.properties("WebAclLogGroup")["LogGroupName"]["Fn::Sub"]

    assert name.startswith("aws-waf-logs-")
    assert logs["ResourceArn"] == {"Fn::GetAtt": ["WebAcl", "Arn"]}
    assert logs["LogDestinationConfigs"] == [
        {
            "Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
            "${WebAclLogGroup}"
        }
    ]


def test_logs_leave_out_headers_with_credentials(production: View) -> None:
    redacted = production.properties("WebAclLogs")["RedactedFields"]

    assert [field["SingleHeader"]["Name"] for field in redacted] == ["authorization", "cookie"]


# A sample shows the headers that the logs leave out.
def test_no_rule_keeps_samples_of_requests(production: View) -> None:
    acl = production.properties("WebAcl")

    settings = [each["VisibilityConfig"] for each in (acl, *acl["Rules"])]

    assert {each["SampledRequestsEnabled"] for each in settings} == {False}
    assert {each["CloudWatchMetricsEnabled"] for each in settings} == {True}


def rules(view: View) -> dict[str, Json]:
    return {rule["Name"]: rule for rule in view.properties("WebAcl")["Rules"]}


# What a rule matched is logged beside the headers, with a piece of the body.
def test_logs_show_no_credentials_and_no_bodies_in_what_a_rule_matched(production: View) -> None:
    protected = production.properties("WebAcl")["DataProtectionConfig"]["DataProtections"]

    assert protected == [
        {
            "Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization", "cookie"]},
            "Action": "SUBSTITUTION",
        },
        {"Field": {"FieldType": "BODY"}, "Action": "SUBSTITUTION"},
    ]
