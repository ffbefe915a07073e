# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# The small fakes of AWS accept any arguments; boto3 has no stubs for some services.

"""Preflight looks up the name of each resource that a payment stack can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from payment_templates.rollout import clients
from payment_templates.rollout.preflight.lookups import LOOKUPS
from tests.every_option import TEMPLATES, template_of_options
from tests.rollout.running import EAST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

_IN_EAST = ("--region", EAST, "--without-roles")
_FREE = "payment-free-dev-001"
_ACL = "payment-web-dev-001"
_COMPOSITE = "payment-database-silent-dev-001"
_METRIC = "payment-missing-tasks-dev-001"
_CHANNEL = "payment-alerts-dev-001-us-east-1"
_DEFAULTS: dict[str, Any] = {
    "DefaultAction": {"Allow": {}},
    "VisibilityConfig": {
        "CloudWatchMetricsEnabled": True,
        "MetricName": "web",
        "SampledRequestsEnabled": True,
    },
}
_METRIC_ALARM: dict[str, Any] = {
    "Namespace": "AWS/ECS",
    "MetricName": "RunningTaskCount",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "LessThanThreshold",
}
_TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
# Names that are local to their cluster, target or zone, and those that several resources may have.
_NOT_UNIQUE = {
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::ECS::Service",
    "AWS::Route53::RecordSet",
    "AWS::Route53Resolver::ResolverQueryLoggingConfig",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_name_of_the_template_has_its_lookup(name: str) -> None:
    named = {
        resource.type
        for resource in template_of_options(name).resources.values()
        for property_name, value in cast("dict[str, object]", resource.properties).items()
        if property_name.endswith(("Name", "Identifier")) and "payment-" in str(value)
    }

    assert named - _NOT_UNIQUE <= {*LOOKUPS}


def test_names_of_production_are_looked_up(commands: Commands, tmp_path: Path) -> None:
    _take(commands)
    template = changed(
        tmp_path,
        {
            "WebAcl": _web_acl(_ACL),
            "Silent": _composite_alarm(_COMPOSITE),
            "Slack": _slack_channel(_CHANNEL),
        },
    )

    assert _taken(commands, template) == {
        f"WAFv2::WebACL {_ACL} already exists",
        f"CloudWatch::CompositeAlarm {_COMPOSITE} already exists",
        f"Chatbot::SlackChannelConfiguration {_CHANNEL} already exists",
    }


def test_metric_alarms_and_composite_alarms_share_their_names(
    commands: Commands, tmp_path: Path
) -> None:
    _take(commands)
    template = changed(
        tmp_path,
        {"Metric": _metric_alarm(_COMPOSITE), "Composite": _composite_alarm(_METRIC)},
    )

    assert _taken(commands, template) == {
        f"CloudWatch::Alarm {_COMPOSITE} already exists",
        f"CloudWatch::CompositeAlarm {_METRIC} already exists",
    }


def test_free_names_are_counted(commands: Commands, tmp_path: Path) -> None:
    _take(commands)
    template = changed(
        tmp_path,
        {
            "WebAcl": _web_acl(_FREE),
            "Alarm": _composite_alarm(_FREE),
            "Slack": _slack_channel(_FREE),
        },
    )

    document = commands.document("preflight", *_IN_EAST, template=template)

    (free,) = [it["what"] for it in document["findings"] if it["what"].startswith("names are free")]
    for kind in ("WAFv2::WebACL", "CloudWatch::CompositeAlarm", "Chatbot::SlackChannel"):
        assert f"1 {kind}" in free


def test_web_acl_of_cloudfront_is_another_list(commands: Commands, tmp_path: Path) -> None:
    _take(commands)

    found = _taken(commands, changed(tmp_path, {"WebAcl": _web_acl(_ACL, Scope="CLOUDFRONT")}))

    assert found == set()


def test_web_acl_of_a_later_page_is_found(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {
        None: {"WebACLs": [{"Name": "other"}], "NextMarker": "other"},
        "other": {"WebACLs": [{"Name": _ACL}]},
    }
    client = commands.aws.client("wafv2", EAST)
    monkeypatch.setattr(client, "list_web_acls", lambda **it: pages[it.get("NextMarker")])
    of_service = clients.of_service
    monkeypatch.setattr(
        clients,
        "of_service",
        lambda session, service, region: (
            client if service == "wafv2" else of_service(session, service, region)
        ),
    )

    found = _taken(commands, changed(tmp_path, {"WebAcl": _web_acl(_ACL)}))

    assert found == {f"WAFv2::WebACL {_ACL} already exists"}


def _take(commands: Commands) -> None:
    """Create resources with the names, outside of every stack."""
    commands.aws.client("wafv2", EAST).create_web_acl(
        Name=_ACL, Scope="REGIONAL", Rules=[], **_DEFAULTS
    )
    cloudwatch = commands.aws.client("cloudwatch", EAST)
    cloudwatch.put_metric_alarm(AlarmName=_METRIC, **_METRIC_ALARM)
    cloudwatch.put_composite_alarm(AlarmName=_COMPOSITE, AlarmRule=f"ALARM({_METRIC})")
    commands.aws.client("chatbot", EAST).create_slack_channel_configuration(
        ConfigurationName=_CHANNEL,
        IamRoleArn="arn:aws:iam::123456789012:role/slack",
        SlackTeamId="T1",
        SlackChannelId="C1",
        SnsTopicArns=[_TOPIC],
    )


def _web_acl(name: str, **properties: object) -> dict[str, Any]:
    return {
        "Type": "AWS::WAFv2::WebACL",
        "Properties": {"Name": name, "Scope": "REGIONAL", **_DEFAULTS, **properties},
    }


def _composite_alarm(name: str) -> dict[str, Any]:
    properties = {"AlarmName": name, "AlarmRule": "FALSE"}
    return {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": properties}


def _metric_alarm(name: str) -> dict[str, Any]:
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": name, **_METRIC_ALARM}}


def _slack_channel(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Chatbot::SlackChannelConfiguration",
        "Properties": {
            "ConfigurationName": name,
            "IamRoleArn": {"Fn::GetAtt": ["Person", "Arn"]},
            "SlackWorkspaceId": "T1",
            "SlackChannelId": "C1",
            "SnsTopicArns": [_TOPIC],
        },
    }


def _taken(commands: Commands, template: Path) -> set[str]:
    document = commands.document("preflight", *_IN_EAST, template=template)
    return {one["what"] for one in document["findings"] if one["verdict"] == "refused"}
