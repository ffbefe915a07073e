"""A subscription by mail waits until someone confirms it; ministack takes it as confirmed.

https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
No mail is sent here: a test that plays the subscriber computes the token that AWS sends by mail.
Nothing expires here; AWS deletes a subscription that is not confirmed within 48 hours.
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
    """Compute the token of ConfirmSubscription for an address at the topic with this ARN."""
    return sha256(f"{topic} {address}".encode()).hexdigest()


def install() -> None:
    """Keep mail subscriptions pending until ConfirmSubscription, and show them so."""
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
        _hold(ministack.subscription(created[0]))
        return created

    def delete(arn: str, properties: Properties) -> None:
        # CloudFormation skips it and reports success: github.com/go-to-k/cdkd/issues/1305.
        if not _is_pending(ministack.subscription(arn)):
            original_delete(arn, properties)

    handlers.update(create=create, delete=delete)


def _hold(subscription: dict[str, Any]) -> None:
    # One that is held already is held or confirmed: SNS sends no second mail.
    if subscription.get("protocol") not in _MAIL or "held" in subscription:
        return
    topic, address = subscription["topic_arn"], subscription["endpoint"]
    subscription.update(confirmed=False, token=confirmation_token(topic, address), held=True)
    subscription["attributes"].update(
        PendingConfirmation="true", ConfirmationWasAuthenticated="false"
    )


def _is_pending(subscription: dict[str, Any]) -> bool:
    return not subscription.get("confirmed", True)


def _subscribed(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    subscription = ministack.subscription(answer["SubscriptionArn"])
    _hold(subscription)
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
