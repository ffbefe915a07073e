"""Preflight refuses a stack for which RDS has no room, before the database is created."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from botocore.exceptions import ClientError

from payment_templates.cloudformation import parse_template
from payment_templates.rollout.connection import connect
from payment_templates.rollout.planned_stack import plan_stack
from payment_templates.rollout.preflight.database_quotas import check_database_quotas
from payment_templates.rollout.preflight.updates.stack_change import StackChange
from payment_templates.rollout.values import Values
from tests.rollout import colleague
from tests.rollout.running import EAST, SMALL, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.stub import Stubber

    from payment_templates.rollout.preflight.finding import Finding

_PREFLIGHT = ("preflight", "--region", EAST, "--without-roles")
_GROUP = "AWS::RDS::DBClusterParameterGroup"


def test_stack_without_room_for_its_event_subscriptions_is_refused(
    commands: Commands, tmp_path: Path
) -> None:
    _subscribe(commands, 17)

    document = commands.document(*_PREFLIGHT, template=_with_subscriptions(tmp_path, 4))

    (finding,) = _of(document, "refused")
    assert document["exit_code"] == 3
    assert finding["what"] == "Event subscriptions: 17 of 20 used, 4 needed"
    assert finding["remediation"] == (
        "request an increase in Service Quotas (rds, Event subscriptions)"
    )


def test_stack_that_fits_into_the_quotas_passes(commands: Commands, tmp_path: Path) -> None:
    _subscribe(commands, 16)

    document = commands.document(*_PREFLIGHT, template=_with_subscriptions(tmp_path, 4))

    assert document["exit_code"] == 0
    assert "Event subscriptions: 16 of 20 used, 4 needed" in [
        finding["what"] for finding in _of(document, "fine")
    ]


def test_update_needs_room_only_for_what_it_adds(commands: Commands, tmp_path: Path) -> None:
    template = _with_subscriptions(tmp_path, 4)
    commands.deploy(template=template)
    _subscribe(commands, 16)

    same = commands.document(*_PREFLIGHT, template=template)
    more = commands.document(*_PREFLIGHT, template=_with_subscriptions(tmp_path, 5))

    assert same["exit_code"] == 0
    assert [finding["what"] for finding in _of(more, "refused")] == [
        "Event subscriptions: 20 of 20 used, 1 needed"
    ]


def test_denied_call_leaves_the_quotas_of_rds_unknown(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague.act_before(monkeypatch, "DescribeAccountAttributes", _deny)

    document = commands.document(*_PREFLIGHT, template=_with_subscriptions(tmp_path, 1))

    (finding,) = _of(document, "unknown")
    assert finding["what"] == "quotas of RDS: DescribeAccountAttributes returns AccessDenied"


def test_template_without_a_database_asks_rds_nothing(rds: Stubber) -> None:
    assert _check({"Topic": {"Type": "AWS::SNS::Topic"}}) == []
    rds.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("shown", "verdict", "remediation"),
    [
        ([{"AccountQuotaName": "DBClusterParameterGroups", "Used": 49, "Max": 50}], "fine", ""),
        (
            [{"AccountQuotaName": "DBClusterParameterGroups", "Used": 50, "Max": 50}],
            "refused",
            "delete some that are not in use: AWS does not increase this quota",
        ),
        ([], "unknown", "check it in Service Quotas (rds, DB cluster parameter groups)"),
    ],
    ids=["room", "no room", "not shown"],
)
def test_quota_is_judged_by_what_rds_shows(
    rds: Stubber, shown: list[dict[str, Any]], verdict: str, remediation: str
) -> None:
    rds.add_response("describe_account_attributes", {"AccountQuotas": shown})

    (finding,) = _check({"Group": {"Type": _GROUP, "Properties": {}}})

    assert (finding.verdict, finding.remediation) == (verdict, remediation)


def _check(resources: dict[str, Any]) -> list[Finding]:
    template = parse_template(json.dumps({"Resources": resources}))
    planned = plan_stack(template, Values(open={}), region=EAST, account="123456789012")
    return [*check_database_quotas(connect(None, print), StackChange(planned=planned))]


def _deny() -> NoReturn:
    raise ClientError(
        {"Error": {"Code": "AccessDenied", "Message": "denied"}}, "DescribeAccountAttributes"
    )


def _subscribe(commands: Commands, count: int) -> None:
    topic = commands.aws.client("sns", EAST).create_topic(Name="others")["TopicArn"]
    client = commands.aws.client("rds", EAST)
    for number in range(count):
        client.create_event_subscription(SubscriptionName=f"other-{number}", SnsTopicArn=topic)


def _with_subscriptions(folder: Path, count: int) -> Path:
    events = {
        f"Events{number}": {
            "Type": "AWS::RDS::EventSubscription",
            "Properties": {
                "SubscriptionName": {"Fn::Sub": f"payment-{number}-${{EnvironmentSuffix}}"},
                "SnsTopicArn": {"Ref": "Topic"},
            },
        }
        for number in range(count)
    }
    return changed(folder, {"Topic": {"Type": "AWS::SNS::Topic"}, **events}, template=SMALL)


def _of(document: dict[str, Any], verdict: str) -> list[dict[str, str]]:
    return [finding for finding in document["findings"] if finding["verdict"] == verdict]
