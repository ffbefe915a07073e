"""What the options of the network and the edge promise, and what would break it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.topology import build_topology
from payment_templates.rendering import render
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import CLAIMS

if TYPE_CHECKING:
    from payment_templates.evidence import Finding
    from tests.evidence.changes import Change, Json

_REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
_GIVEN = {
    "AlertEmail": "on-call@example.com",
    "CertificateArn": "",
    "ContainerImage": f"{_REGISTRY}/payment:1",
    "ContainerRepositoryArn": "arn:aws:ecr:us-east-1:111122223333:repository/payment",
    "DBMasterPassword": "",
    "DomainName": "",
    "HostedZoneId": "",
}
_ENCRYPTION = (
    "AccessLogBucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration.0"
    ".ServerSideEncryptionByDefault"
)
_ENDPOINTS = ("EcrApiEndpoint", "EcrDkrEndpoint", "LogsEndpoint", "SecretsManagerEndpoint")
_POLICY = "Properties.PolicyDocument.Statement.0"
_OTHER_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": "999999999999"}}
_TRUST = "FlowLogRole.Properties.AssumeRolePolicyDocument.Statement.0.Condition"

_ARN = {"Fn::GetAtt": ["AccessLogBucket", "Arn"]}
_BELOW = {"Fn::Sub": "${AccessLogBucket.Arn}/other/*"}
_NAME = {"Ref": "AccessLogBucket"}


def _add(kind: str, **properties: object) -> Change:
    return put("Other", {"Type": kind, "Properties": properties})


def _allow(action: str, resource: object) -> Json:
    statement = {"Effect": "Allow", "Action": [action], "Resource": [resource]}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _set_attribute(key: str, value: str | None) -> Change:
    """Set an attribute of the load balancer, or remove it."""

    def change(document: Json) -> None:
        fields = document["Resources"]["LoadBalancer"]["Properties"]
        kept = [it for it in fields["LoadBalancerAttributes"] if it["Key"] != key]
        added = [] if value is None else [{"Key": key, "Value": value}]
        fields["LoadBalancerAttributes"] = kept + added

    return change


def test_access_logs_are_the_exception_from_the_own_key() -> None:
    finding = found("encrypted-at-rest")

    assert finding.verdict is Verdict.CONDITIONAL
    assert finding.why.startswith("except access logs in AccessLogBucket")


@pytest.mark.parametrize(
    "change",
    [
        cut("AccessLogBucket.Properties.BucketEncryption"),
        put(f"{_ENCRYPTION}.SSEAlgorithm", "aws:kms"),
        # No load balancer writes to it, so that nothing prevents a key of one's own.
        cut("LoadBalancer.Properties.LoadBalancerAttributes"),
        _set_attribute("access_logs.s3.enabled", "false"),
        _set_attribute("access_logs.s3.enabled", None),
        _add("AWS::EC2::FlowLog", LogDestinationType="s3", LogDestination=_BELOW),
        _add("AWS::EC2::FlowLog", LogDestinationType="s3", LogDestination=_ARN),
        _add("AWS::CloudTrail::Trail", S3BucketName=_NAME, IsLogging=True),
        _add("AWS::WAFv2::LoggingConfiguration", LogDestinationConfigs=[_ARN]),
        _add("AWS::IAM::Policy", Roles=["someone"], PolicyDocument=_allow("s3:PutObject", _BELOW)),
        _add("AWS::IAM::Policy", Roles=["someone"], PolicyDocument=_allow("s3:Put*", "*")),
    ],
    ids=[
        *("no encryption", "AWS's own key", "a bucket for something else", "logs are off"),
        *("logs are not on", "flow logs below", "flow logs", "a trail", "logs of the web ACL"),
        *("a role that writes", "a role that writes everywhere"),
    ],
)
def test_other_buckets_need_the_key_of_the_stack(change: Change) -> None:
    finding = found("encrypted-at-rest", change)

    assert finding.verdict is Verdict.BROKEN
    assert finding.why.startswith("AccessLogBucket uses no key of the stack")


def test_resource_that_ends_the_exception_is_named() -> None:
    finding = found("encrypted-at-rest", _add("AWS::CloudTrail::Trail", S3BucketName=_NAME))

    assert finding.why.endswith(
        "S3's own key is accepted only while load balancers alone write to it, and Other may write "
        "to it"
    )


@pytest.mark.parametrize(
    "change",
    [
        _add("AWS::IAM::Policy", Roles=["someone"], PolicyDocument=_allow("s3:GetObject", _BELOW)),
        _add("AWS::EC2::FlowLog", LogDestinationType="s3", LogDestination="arn:aws:s3:::another"),
    ],
    ids=["a role that reads", "another bucket"],
)
def test_bucket_that_only_load_balancers_write_to_is_the_exception(change: Change) -> None:
    assert found("encrypted-at-rest", change).why.startswith(
        "except access logs in AccessLogBucket"
    )


def test_resource_that_may_write_to_the_bucket_is_named() -> None:
    finding = found("encrypted-at-rest", _add("AWS::Glue::Crawler", Targets={"Path": _NAME}))

    assert "if Other writes nothing to AccessLogBucket" in finding.why


def test_deletion_depends_on_an_empty_bucket() -> None:
    finding = found("nothing-outlives-stack")

    assert finding.verdict is Verdict.CONDITIONAL
    assert "if AccessLogBucket is empty" in finding.why


# The NAT gateways are still there, but no private subnet routes to one.
def test_tasks_start_through_the_endpoints_alone() -> None:
    finding = found("tasks-can-start", *_without_nat())
    without_policy = found(
        "tasks-can-start", *_without_nat(), cut("EcrDkrEndpoint.Properties.PolicyDocument")
    )

    # Which actions the registry's own protocol needs there, AWS does not list.
    assert finding.verdict is Verdict.CONDITIONAL
    assert finding.why == "if the policy of EcrDkrEndpoint lets the tasks in"
    assert without_policy.verdict is Verdict.KEPT, without_policy.why


def test_tasks_start_after_the_loss_of_the_only_nat_gateway() -> None:
    finding = found("tasks-replaced-after-nat-loss")

    assert finding.verdict is not Verdict.BROKEN, finding.why


@pytest.mark.parametrize("endpoint", _ENDPOINTS)
def test_every_endpoint_is_needed_without_a_nat_gateway(endpoint: str) -> None:
    finding = found("tasks-can-start", *_without_nat(), _drop(endpoint))

    assert finding.verdict is Verdict.BROKEN


@pytest.mark.parametrize("endpoint", [one for one in _ENDPOINTS if one != "EcrDkrEndpoint"])
def test_endpoint_for_another_account_lets_no_task_in(endpoint: str) -> None:
    change = put(f"{endpoint}.{_POLICY}.Condition", _OTHER_ACCOUNT)

    finding = found("tasks-can-start", *_without_nat(), change)

    assert finding.verdict is Verdict.BROKEN


# For another role, no task gets in.
@pytest.mark.parametrize(
    ("name", "verdict"), [("execution", Verdict.CONDITIONAL), ("orders", Verdict.BROKEN)]
)
def test_endpoint_may_name_the_role_of_the_tasks(name: str, verdict: Verdict) -> None:
    arn = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/payment-%s-${EnvironmentSuffix}-%s"
    role = {"AWS": {"Fn::Sub": arn % (name, "${AWS::Region}")}}

    finding = found(
        "tasks-can-start", *_without_nat(), put(f"LogsEndpoint.{_POLICY}.Principal", role)
    )

    assert finding.verdict is verdict


# A policy of an endpoint grants nothing by itself.
def test_endpoint_policies_need_no_reason_for_every_resource() -> None:
    assert found("wildcards-have-a-reason").verdict is Verdict.KEPT


@pytest.mark.parametrize(
    "change",
    [
        put(f"EcrApiEndpoint.{_POLICY}.Action", ["ecr:*"]),
        cut(f"EcrApiEndpoint.{_POLICY}.Condition"),
    ],
    ids=["every action", "any principal"],
)
def test_wide_endpoint_policy_is_found(change: Change) -> None:
    finding = found("wildcards-have-a-reason", change)

    assert finding.verdict is Verdict.BROKEN
    assert finding.why.startswith("EcrApiEndpoint")


def test_flow_logs_of_this_account_may_assume_their_role() -> None:
    assert found("services-can-assume-their-roles").verdict is Verdict.KEPT


@pytest.mark.parametrize(
    "change",
    [
        put(f"{_TRUST}.StringEquals", {"aws:SourceAccount": "999999999999"}),
        put(f"{_TRUST}.ArnLike", {"aws:SourceArn": "arn:aws:ec2:eu-west-1:*:vpc-flow-log/*"}),
    ],
    ids=["another account", "another region"],
)
def test_role_for_other_flow_logs_is_found(change: Change) -> None:
    finding = found("services-can-assume-their-roles", change)

    assert finding.verdict is Verdict.BROKEN


def found(claim: str, *changes: Change) -> Finding:
    """Judge a claim on the standard template with every option, after some changes."""
    text = json.dumps(changed(_document(), *changes))
    # In one region: the image of the other one is not behind its endpoints.
    template = parse_template(text, name="t.json")
    examined = stacks_of(template, region="us-east-1", given=_GIVEN)
    return CLAIMS[claim].check(build_topology(examined.stacks[0]))


@cache
def _document() -> Json:
    options = replace(
        PROFILES["standard"],
        flow_logs=True,
        web_acl=True,
        access_logs=True,
        interface_endpoints=True,
    )
    document: Json = json.loads(render(build_template(options)))
    return document


def _without_nat() -> tuple[Change, ...]:
    return tuple(_drop(f"PrivateRoute{zone}") for zone in "ABC")


def _drop(name: str) -> Change:
    def change(document: Json) -> None:
        del document["Resources"][name]

    return change
