"""A subscription by mail waits for a person; ministack shows it as confirmed.

https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
"""

from typing import Any

from payment_templates.rehearsal.services import amend_operations

PENDING = "PendingConfirmation"


def install() -> None:
    """Show mail subscriptions as AWS does until somebody follows the link."""
    listed = {"ListSubscriptionsByTopic": _pending, "ListSubscriptions": _pending}
    amend_operations("sns", listed)


def _pending(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    subscriptions = [
        {**one, "SubscriptionArn": PENDING} if one["Protocol"].startswith("email") else one
        for one in answer["Subscriptions"]
    ]
    return {**answer, "Subscriptions": subscriptions}
