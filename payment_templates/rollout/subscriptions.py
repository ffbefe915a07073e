"""Whether the alerts of a stack have a subscriber: SNS drops one that does not confirm in time."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of SNS are not installed.

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.stack.states import StackState

_TOPIC_OUTPUT = "AlertTopicArn"
_ADDRESS = "AlertEmail"
# What ListSubscriptionsByTopic shows for a while instead of the ARN of one that ended; of one that
# is not confirmed it shows "PendingConfirmation".
_ENDED = "Deleted"
# aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions
_HOURS_TO_CONFIRM = 48


class Standing(StrEnum):
    """How far a subscription is."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """The subscription of a stack's AlertEmail."""

    region: str
    topic: str
    address: str
    standing: Standing
    # Confirmed subscribers beside this address, by whatever protocol.
    others: int

    @property
    def what(self) -> str:
        """Say who gets the alerts."""
        others = f"; {self.others} other subscribers are confirmed" if self.others else ""
        said = {
            Standing.CONFIRMED: f"alerts go to {self.address}",
            Standing.PENDING: (
                f"{self.address} gets no alerts: its subscription is not confirmed, and SNS "
                f"deletes it {_HOURS_TO_CONFIRM} hours after it was made"
            ),
            Standing.GONE: f"{self.address} gets no alerts: it is not subscribed",
        }
        return said[self.standing] + others

    @property
    def remediation(self) -> str:
        """Say what to do; empty where nothing is."""
        again = (
            f"aws sns subscribe --topic-arn {self.topic} --protocol email "
            f"--notification-endpoint {self.address} --region {self.region}"
        )
        return {
            Standing.CONFIRMED: "",
            Standing.PENDING: f"follow the link in the e-mail from SNS; for a new e-mail: {again}",
            # An update with the same template does not subscribe again.
            Standing.GONE: f"{again}, then follow the link in the e-mail from SNS",
        }[self.standing]


def find_subscription(session: Session, region: str, state: StackState) -> Subscription | None:
    """Look at the subscription of a stack; None when the stack has no topic or no address."""
    topic, address = state.outputs.get(_TOPIC_OUTPUT), state.parameters.get(_ADDRESS)
    if not topic or not address:
        return None
    untyped: Any = session
    pages = (
        untyped.client("sns", region_name=region)
        .get_paginator("list_subscriptions_by_topic")
        .paginate(TopicArn=topic)
    )
    shown: list[dict[str, str]] = [one for page in pages for one in page["Subscriptions"]]
    own = [one["SubscriptionArn"] for one in shown if one["Endpoint"] == address]
    others = [one for one in shown if one["Endpoint"] != address and _is_confirmed(one)]
    return Subscription(
        region=region,
        topic=topic,
        address=address,
        standing=_standing(own),
        others=len(others),
    )


def _standing(arns: list[str]) -> Standing:
    if any(arn.startswith("arn:") for arn in arns):
        return Standing.CONFIRMED
    return Standing.PENDING if set(arns) - {_ENDED} else Standing.GONE


def _is_confirmed(shown: dict[str, str]) -> bool:
    return shown["SubscriptionArn"].startswith("arn:")
