"""Adds an EventBridge rule that notifies the alert topic, in the words of an e-mail or a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import Sub, events

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.scope import Scope
    from payment_templates.tiers.notifications import Notifications


@dataclass(frozen=True, kw_only=True)
class Chat:
    """What a chat channel shows of an event.

    It shows no message in another format, and in this one every value is a text:
    https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
    """

    description: str
    next_step: str
    # Only of values without quotes, such as states, codes and names. "EventBridge does not escape
    # values": a quote in one would break the JSON, and the message would be lost. Texts that AWS
    # writes have quotes, such as the status of a failed backup.
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    paths: dict[str, str]

    def text(self, title: str) -> str:
        """Return the template of the message."""
        content = (
            f'"title":"{title}","description":"{self.description}","nextSteps":["{self.next_step}"]'
        )
        return f'{{"version":"1.0","source":"custom","content":{{{content}}}}}'


def add_rule(
    scope: Scope,
    notifications: Notifications,
    *,
    logical_id: str,
    name: str,
    pattern: dict[str, object],
    what: str,
    paths: dict[str, str],
    for_chat: Chat,
    where: str = "",
    source: str = "aws.ecs",
    condition: str | None = None,
) -> events.Rule:
    """Add the rule; `paths` are the parts of the event that the message has."""
    # EventBridge puts a value outside of texts in quotes; whether it escapes those in the value,
    # as in the reason of an image that cannot be pulled, is not documented. Inside a string it does
    # not: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    values = "".join(f',"{name}":<{name}>' for name in paths if f"<{name}>" not in where)
    stack = "payment-${EnvironmentSuffix} ${AWS::Region}"
    text = Sub(f'{{"what":"{what}","where":"{stack}{where}"{values}}}')
    if scope.options.more_alert_endpoints:
        paths = for_chat.paths
        text = Sub(for_chat.text(f"{what}: {stack}{where}"))
    attributes: dict[str, Any] = {"Condition": condition} if condition else {}
    return scope.add(
        events.Rule(
            logical_id,
            Name=naming.physical_name("AWS::Events::Rule", name),
            # Set explicitly, so that a disabled rule is drift.
            State="ENABLED",
            EventPattern={"source": [source], **pattern},
            Targets=[
                # No role: the topic's policy lets EventBridge publish.
                events.Target(
                    Id="alerts",
                    Arn=notifications.topic.ref(),
                    InputTransformer=events.InputTransformer(
                        InputPathsMap=paths, InputTemplate=text
                    ),
                )
            ],
            Tags=naming.tags(name),
            **attributes,
        )
    )
