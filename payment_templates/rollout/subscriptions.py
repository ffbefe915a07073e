"""Checks whether a stack's alert e-mail is subscribed: SNS drops unconfirmed addresses."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of SNS are not installed.

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from payment_templates.quantity import quantity
from payment_templates.rollout import clients

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.stack_states import StackState

_TOPIC_OUTPUT = "AlertTopicArn"
_ADDRESS = "AlertEmail"
# ListSubscriptionsByTopic shows this for a while instead of the ARN of an ended subscription, and
# "PendingConfirmation" for an unconfirmed one.
_ENDED = "Deleted"
# aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions
_HOURS_TO_CONFIRM = 48


class SubscriptionStatus(StrEnum):
    """Whether an address receives alerts."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """The subscription of a stack's AlertEmail."""

    region: str
    topic: str
    address: str
    status: SubscriptionStatus
    # Other confirmed subscribers, of any protocol.
    others: int

    @property
    def what(self) -> str:
        """Describe who receives the alerts."""
        others = (
            f"; {quantity(self.others, 'other subscriber is', 'other subscribers are')} confirmed"
            if self.others
            else ""
        )
        text = {
            SubscriptionStatus.CONFIRMED: f"alerts go to {self.address}",
            SubscriptionStatus.PENDING: (
                f"{self.address} gets no alerts: its subscription is not confirmed, and SNS "
                f"deletes it {_HOURS_TO_CONFIRM} hours after it was made"
            ),
            SubscriptionStatus.GONE: f"{self.address} gets no alerts: it is not subscribed",
        }
        return text[self.status] + others

    @property
    def remediation(self) -> str:
        """Say what to do; empty if nothing is needed."""
        again = (
            f"aws sns subscribe --topic-arn {self.topic} --protocol email "
            f"--notification-endpoint {self.address} --region {self.region}"
        )
        return {
            SubscriptionStatus.CONFIRMED: "",
            SubscriptionStatus.PENDING: (
                f"follow the link in the e-mail from SNS; for a new e-mail: {again}"
            ),
            # An update with the same template does not subscribe again.
            SubscriptionStatus.GONE: f"{again}, then follow the link in the e-mail from SNS",
        }[self.status]


def find_subscription(session: Session, region: str, state: StackState) -> Subscription | None:
    """Read the subscription of a stack; None if the stack has no topic or no address."""
    topic, address = state.outputs.get(_TOPIC_OUTPUT), state.parameters.get(_ADDRESS)
    if not topic or not address:
        return None
    pages = (
        clients.of_service(session, "sns", region)
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
        status=_status(own),
        others=len(others),
    )


def _status(arns: list[str]) -> SubscriptionStatus:
    if any(arn.startswith("arn:") for arn in arns):
        return SubscriptionStatus.CONFIRMED
    return SubscriptionStatus.PENDING if set(arns) - {_ENDED} else SubscriptionStatus.GONE


def _is_confirmed(shown: dict[str, str]) -> bool:
    return shown["SubscriptionArn"].startswith("arn:")
