"""Keeps email subscriptions pending until they are confirmed; ministack confirms them at once.

https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
No email is sent: a test that acts as the subscriber computes the token that AWS would send.
Subscriptions do not expire; AWS deletes one that is not confirmed within 48 hours.
"""

from hashlib import sha256
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.services import amend_operations, guard_operations
from payment_templates.rehearsal.wire import ServiceError

PENDING = "PendingConfirmation"
_TYPE = "AWS::SNS::Subscription"
_MAIL = frozenset({"email", "email-json"})


def confirmation_token(topic: str, address: str) -> str:
    """Return the ConfirmSubscription token of an address for the topic with this ARN."""
    return sha256(f"{topic} {address}".encode()).hexdigest()


def install() -> None:
    """Keep email subscriptions pending until ConfirmSubscription, and show that."""
    amend_operations(
        "sns",
        {
            "Subscribe": _subscribed,
            "ListSubscriptionsByTopic": _listed,
            "ListSubscriptions": _listed,
        },
    )
    guard_operations("sns", {"Unsubscribe": _require_confirmed})
    handlers = ministack.resource_handlers()[_TYPE]
    original_create, original_delete = handlers["create"], handlers["delete"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        created: tuple[str, Attributes] = original_create(logical_id, properties, stack)
        _make_pending(ministack.subscription(created[0]))
        return created

    def delete(arn: str, properties: Properties) -> None:
        # CloudFormation skips a pending one without error: github.com/go-to-k/cdkd/issues/1305.
        if not _is_pending(ministack.subscription(arn)):
            original_delete(arn, properties)

    handlers.update(create=create, delete=delete)


def _make_pending(subscription: dict[str, Any]) -> None:
    # Once marked, it is pending or confirmed already: SNS sends no second email.
    if subscription.get("protocol") not in _MAIL or "was_pending" in subscription:
        return
    topic, address = subscription["topic_arn"], subscription["endpoint"]
    subscription.update(confirmed=False, token=confirmation_token(topic, address), was_pending=True)
    subscription["attributes"].update(
        PendingConfirmation="true", ConfirmationWasAuthenticated="false"
    )


def _is_pending(subscription: dict[str, Any]) -> bool:
    return not subscription.get("confirmed", True)


def _subscribed(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    subscription = ministack.subscription(answer["SubscriptionArn"])
    _make_pending(subscription)
    shows_arn = request.get("ReturnSubscriptionArn", False)
    if _is_pending(subscription) and not shows_arn:
        return {**answer, "SubscriptionArn": "pending confirmation"}
    return answer


def _listed(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    subscriptions = [
        {**one, "SubscriptionArn": PENDING}
        if _is_pending(ministack.subscription(one["SubscriptionArn"]))
        else one
        for one in answer["Subscriptions"]
    ]
    return {**answer, "Subscriptions": subscriptions}


def _require_confirmed(request: dict[str, Any]) -> None:
    arn = request["SubscriptionArn"]
    if arn == PENDING or _is_pending(ministack.subscription(arn)):
        raise ServiceError(
            "InvalidParameter",
            "Invalid parameter: SubscriptionArn Reason: a subscription that is pending "
            "confirmation cannot be unsubscribed",
        )
