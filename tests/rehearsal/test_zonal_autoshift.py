"""Zonal autoshift of a load balancer, created by CloudFormation."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

_TYPE = "AWS::ARCZonalShift::ZonalAutoshiftConfiguration"
_NETWORK: dict[str, Any] = json.loads(
    (Path(__file__).parent / "templates" / "every_type.json").read_text()
)


def test_autoshift_is_enabled_with_practice_runs_and_removed(aws: EmbeddedAws) -> None:
    template = _template()

    created = stacks.create(aws, template)
    shown = _shown(aws)
    stacks.update(aws, {**template, "Resources": _without(template, "Autoshift")})

    assert created == stacks.Outcome(status="CREATE_COMPLETE", failures={})
    assert shown["zonalAutoshiftStatus"] == "ENABLED"
    (outcome,) = shown["practiceRunConfiguration"]["outcomeAlarms"]
    assert outcome["alarmIdentifier"].endswith(":alarm:slow")
    assert _shown(aws)["zonalAutoshiftStatus"] == "DISABLED"
    assert "practiceRunConfiguration" not in _shown(aws)


def test_practice_runs_change_in_place(aws: EmbeddedAws) -> None:
    template = _template()
    stacks.create(aws, template)
    practice = template["Resources"]["Autoshift"]["Properties"]["PracticeRunConfiguration"]
    practice["BlockedDates"] = ["2026-12-24"]

    outcome = stacks.update(aws, template)

    assert outcome.status == "UPDATE_COMPLETE"
    assert _shown(aws)["practiceRunConfiguration"]["blockedDates"] == ["2026-12-24"]


@pytest.mark.parametrize(
    ("attribute", "alarm", "reason"),
    [
        ("false", None, "is not registered for zonal shifts"),
        ("true", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:none", "does not exist"),
    ],
    ids=["attribute missing", "unknown alarm"],
)
def test_autoshift_is_refused(
    aws: EmbeddedAws, attribute: str, alarm: str | None, reason: str
) -> None:
    outcome = stacks.create(aws, _template(attribute=attribute, alarm=alarm))

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert reason in outcome.failures["Autoshift"]


def test_autoshift_needs_practice_runs(aws: EmbeddedAws) -> None:
    template = _template()
    del template["Resources"]["Autoshift"]
    stacks.create(aws, template)
    client = aws.client("arc-zonal-shift", EAST)

    with pytest.raises(ClientError, match="has no practice run configuration"):
        client.update_zonal_autoshift_configuration(
            resourceIdentifier=_balancer(aws), zonalAutoshiftStatus="ENABLED"
        )


def _template(*, attribute: str = "true", alarm: str | None = None) -> dict[str, Any]:
    network = copy.deepcopy(_NETWORK)
    balancer = network["Resources"]["LoadBalancer"]["Properties"]
    balancer["LoadBalancerAttributes"] = [{"Key": "zonal_shift.config.enabled", "Value": attribute}]
    condition = {
        "Type": "CLOUDWATCH",
        "AlarmIdentifier": alarm or {"Fn::GetAtt": ["SlowAlarm", "Arn"]},
    }
    network["Resources"]["SlowAlarm"] = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": "slow",
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "MetricName": "TargetResponseTime",
            "Namespace": "AWS/ApplicationELB",
            "Period": 60,
            "Statistic": "Average",
            "Threshold": 1,
        },
    }
    network["Resources"]["Autoshift"] = {
        "Type": _TYPE,
        "Properties": {
            "ResourceIdentifier": {"Ref": "LoadBalancer"},
            "ZonalAutoshiftStatus": "ENABLED",
            "PracticeRunConfiguration": {"OutcomeAlarms": [condition]},
        },
    }
    return network


def _without(template: dict[str, Any], logical_id: str) -> dict[str, Any]:
    resources: dict[str, Any] = template["Resources"]
    return {name: entry for name, entry in resources.items() if name != logical_id}


def _balancer(aws: EmbeddedAws) -> str:
    listed = aws.client("elbv2", EAST).describe_load_balancers()["LoadBalancers"]
    return str(listed[0]["LoadBalancerArn"])


def _shown(aws: EmbeddedAws) -> dict[str, Any]:
    shown: dict[str, Any] = aws.client("arc-zonal-shift", EAST).get_managed_resource(
        resourceIdentifier=_balancer(aws)
    )
    return shown
