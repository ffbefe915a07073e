from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

SLACK = {"SlackWorkspaceId": "T012ABC", "SlackChannelId": "C012ABC"}
AWAY = {"AWS::Region": "us-west-2"}


def endpoints(view: View) -> list[tuple[str, Json]]:
    found = view.of_type("AWS::SNS::Subscription").values()
    return [(subscription["Protocol"], subscription["Endpoint"]) for subscription in found]


@pytest.mark.parametrize(
    ("given", "added"),
    [
        ({}, []),
        ({"SecondAlertEmail": "a@b.co"}, [("email", {"Ref": "SecondAlertEmail"})]),
        ({"AlertUrl": "https://a.co"}, [("https", {"Ref": "AlertUrl"})]),
    ],
    ids=["none", "an address", "an HTTPS endpoint"],
)
def test_given_endpoint_is_subscribed_to_the_topic(
    production: View, given: dict[str, str], added: list[tuple[str, Json]]
) -> None:
    deployed = production.deployed(**given)

    assert endpoints(deployed) == [("email", {"Ref": "AlertEmail"}), *added]


# An account can use a channel once.
@pytest.mark.parametrize(("region", "count"), [({}, 0), (AWAY, 1)], ids=["home", "second"])
def test_one_region_configures_the_slack_channel(
    production: View, region: dict[str, str], count: int
) -> None:
    deployed = production.deployed(**SLACK, **region)

    assert len(deployed.of_type("AWS::Chatbot::SlackChannelConfiguration")) == count


def test_slack_channel_receives_the_alerts_of_both_regions(production: View) -> None:
    channel = production.deployed(**SLACK, **AWAY).properties("SlackChannel")

    home = (
        "arn:${AWS::Partition}:sns:${DatabaseHomeRegion}:${AWS::AccountId}"
        ":payment-alerts-${EnvironmentSuffix}"
    )
    assert channel["SnsTopicArns"] == [{"Ref": "AlertTopic"}, {"Fn::Sub": home}]


def test_slack_channel_of_one_region_receives_its_alerts() -> None:
    options = replace(PROFILES["standard"], more_alert_endpoints=True)

    channel = View.of(build_template(options)).deployed(**SLACK).properties("SlackChannel")

    assert channel["SnsTopicArns"] == [{"Ref": "AlertTopic"}]


def test_members_of_the_slack_channel_may_do_nothing(production: View) -> None:
    deployed = production.deployed(**SLACK, **AWAY)

    holders = [policy["Roles"] for policy in deployed.of_type("AWS::IAM::ManagedPolicy").values()]

    assert {"Ref": "SlackRole"} not in [role for roles in holders for role in roles]
    assert not {"Policies", "ManagedPolicyArns"} & deployed.properties("SlackRole").keys()
