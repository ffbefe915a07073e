"""Adds more endpoints for alerts: a second e-mail address, an HTTPS address and a Slack channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import sts
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import chatbot, iam, sns

from payment_templates import naming

if TYPE_CHECKING:
    from troposphere import Parameter, Ref, Sub

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .notifications import Notifications


# The validator reads the empty defaults, with which the channel does not exist.
_ACCEPTED = {"cloudformation-validate": {"W1030": "Its condition needs both IDs"}}


def add_alert_endpoints(
    scope: Scope, *, parameters: Parameters, conditions: Conditions, notifications: Notifications
) -> None:
    """Add a subscription for each endpoint; each exists only if its parameter is given."""
    email, url = parameters.second_alert_email, parameters.alert_url
    if email and conditions.has_second_alert_email:
        subscription = _add_subscription(scope, notifications, "SecondAlertEmail", "email", email)
        subscription.Condition = conditions.has_second_alert_email
    if url and conditions.has_alert_url:
        subscription = _add_subscription(scope, notifications, "AlertUrl", "https", url)
        subscription.Condition = conditions.has_alert_url
    workspace, channel = parameters.slack_workspace_id, parameters.slack_channel_id
    if workspace and channel and conditions.has_slack_channel:
        topics: list[Ref | Sub] = [notifications.topic.ref()]
        if home := parameters.database_home_region:
            topics.append(naming.topic_arn(f"{home.title}"))
        role = _add_slack_role(scope, conditions.has_slack_channel)
        scope.template.metadata |= _ACCEPTED
        scope.add(
            chatbot.SlackChannelConfiguration(
                "SlackChannel",
                Condition=conditions.has_slack_channel,
                Metadata=_ACCEPTED,
                ConfigurationName=naming.physical_name(
                    "AWS::Chatbot::SlackChannelConfiguration", "alerts"
                ),
                SlackWorkspaceId=workspace.ref(),
                SlackChannelId=channel.ref(),
                IamRoleArn=role.get_att("Arn"),
                SnsTopicArns=topics,
                # Writes each message that the channel does not show to CloudWatch Logs.
                LoggingLevel="ERROR",
                Tags=naming.tags("slack-channel"),
            )
        )


def _add_subscription(
    scope: Scope, notifications: Notifications, name: str, protocol: str, endpoint: Parameter
) -> sns.SubscriptionResource:
    return scope.add(
        sns.SubscriptionResource(
            f"{name}Subscription",
            TopicArn=notifications.topic.ref(),
            Protocol=protocol,
            Endpoint=endpoint.ref(),
        )
    )


def _add_slack_role(scope: Scope, condition: str) -> iam.Role:
    # Without a policy: members of the channel may read the alerts and run no command.
    # https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
    trust = Statement(
        Effect=Allow,
        Principal=Principal("Service", "chatbot.amazonaws.com"),
        Action=[sts.AssumeRole],
    )
    return scope.add(
        iam.Role(
            "SlackRole",
            Condition=condition,
            RoleName=naming.physical_name("AWS::IAM::Role", "slack"),
            AssumeRolePolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[trust]),
            Tags=naming.tags("slack-role"),
        )
    )
