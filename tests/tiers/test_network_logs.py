from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json


@cache
def view(option: str) -> View:
    enabled: dict[str, Any] = {option: True}
    return View.of(build_template(replace(PROFILES["standard"], **enabled)))


def test_standard_stack_logs_neither_traffic_nor_names(template: View) -> None:
    assert not template.of_type("AWS::EC2::FlowLog")
    assert not template.of_type("AWS::Route53Resolver::ResolverQueryLoggingConfig")


def test_all_traffic_of_the_vpc_is_logged(production: View) -> None:
    log = production.properties("FlowLog")

    assert (log["ResourceType"], log["ResourceId"]) == ("VPC", {"Ref": "Vpc"})
    assert (log["TrafficType"], log["LogDestinationType"]) == ("ALL", "cloud-watch-logs")
    assert log["LogGroupName"] == {"Ref": "FlowLogGroup"}
    assert log["DeliverLogsPermissionArn"] == {"Fn::GetAtt": ["FlowLogRole", "Arn"]}


def test_flow_log_waits_for_the_permissions_of_its_role(production: View) -> None:
    assert "FlowLogPolicy" in production.depends_on("FlowLog")


# With CreateLogGroup, a late delivery could create the group again after the stack is deleted.
def test_role_of_the_flow_log_may_only_write_to_its_group(production: View) -> None:
    (statement,) = production.statements("FlowLogPolicy")

    assert set(statement["Action"]) == {
        *("logs:CreateLogStream", "logs:PutLogEvents"),
        *("logs:DescribeLogGroups", "logs:DescribeLogStreams"),
    }
    assert statement["Resource"] == [{"Fn::GetAtt": ["FlowLogGroup", "Arn"]}]


def test_only_flow_logs_of_this_account_and_region_may_assume_the_role(production: View) -> None:
    (statement,) = production.statements("FlowLogRole")

    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Sub": "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}"
                ":vpc-flow-log/*"
            }
        },
    }


def test_names_that_the_vpc_looks_up_are_logged() -> None:
    template = view("dns_query_logs")

    association = template.properties("DnsQueryLogOfVpc")

    destination: Json = template.properties("DnsQueryLog")["DestinationArn"]
    assert destination == {"Fn::GetAtt": ["DnsQueryLogGroup", "Arn"]}
    assert association == {
        "ResolverQueryLogConfigId": {"Ref": "DnsQueryLog"},
        "ResourceId": {"Ref": "Vpc"},
    }


@pytest.mark.parametrize(
    ("option", "group"),
    [
        ("flow_logs", "FlowLogGroup"),
        ("dns_query_logs", "DnsQueryLogGroup"),
        ("web_acl", "WebAclLogGroup"),
    ],
)
def test_key_encrypts_the_log_group_and_no_group_without_the_option(
    template: View, option: str, group: str
) -> None:
    other = view(option)
    properties = other.properties(group)

    name = properties["LogGroupName"]["Fn::Sub"]

    assert properties["KmsKeyId"] == {"Fn::GetAtt": ["EncryptionKey", "Arn"]}
    assert properties["RetentionInDays"] == 7
    assert f"arn:*:logs:*:${{AWS::AccountId}}:log-group:{name}" in log_groups_of_key(other)
    assert len(log_groups_of_key(template)) == 3


def log_groups_of_key(template: View) -> list[str]:
    (statement,) = [
        each for each in template.statements("EncryptionKey") if each["Sid"] == "LogsUse"
    ]
    patterns = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    return [pattern["Fn::Sub"] for pattern in patterns]
