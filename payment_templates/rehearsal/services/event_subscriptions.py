"""Emulates RDS event subscriptions: stores and shows them, sends no events."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import add_operations
from payment_templates.rehearsal.wire import ServiceError


def install() -> None:
    """Serve the operations that CloudFormation and the integration tests use."""
    subscriptions = ministack.regional_store()

    def known(request: dict[str, Any]) -> dict[str, Any]:
        name = request["SubscriptionName"]
        if name not in subscriptions:
            raise ServiceError("SubscriptionNotFound", f"Event subscription {name} not found.")
        found: dict[str, Any] = subscriptions[name]
        return found

    def create(request: dict[str, Any]) -> Mapping[str, Any]:
        name = request["SubscriptionName"]
        if name in subscriptions:
            raise ServiceError(
                "SubscriptionAlreadyExist", f"Event subscription {name} already exists."
            )
        subscriptions[name] = _subscription(request)
        return {"EventSubscription": subscriptions[name]}

    def modify(request: dict[str, Any]) -> Mapping[str, Any]:
        subscription = known(request)
        subscription.update(_shown(request))
        return {"EventSubscription": subscription}

    def delete(request: dict[str, Any]) -> Mapping[str, Any]:
        subscription = known(request)
        del subscriptions[request["SubscriptionName"]]
        return {"EventSubscription": {**subscription, "Status": "deleting"}}

    def describe(request: dict[str, Any]) -> Mapping[str, Any]:
        found = [known(request)] if "SubscriptionName" in request else [*subscriptions.values()]
        return {"EventSubscriptionsList": found}

    add_operations(
        "rds",
        {
            "CreateEventSubscription": create,
            "ModifyEventSubscription": modify,
            "DeleteEventSubscription": delete,
            "DescribeEventSubscriptions": describe,
        },
    )


def _subscription(request: dict[str, Any]) -> dict[str, Any]:
    name = request["SubscriptionName"]
    return {
        "CustomerAwsId": ministack.account(),
        "CustSubscriptionId": name,
        "Status": "active",
        "SubscriptionCreationTime": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "Enabled": True,
        "EventSubscriptionArn": (
            f"arn:aws:rds:{ministack.region()}:{ministack.account()}:es:{name}"
        ),
        **_shown(request),
    }


def _shown(request: dict[str, Any]) -> dict[str, Any]:
    # The describe operation has other names for some members than the create operation.
    names = {
        "SnsTopicArn": "SnsTopicArn",
        "SourceType": "SourceType",
        "SourceIds": "SourceIdsList",
        "EventCategories": "EventCategoriesList",
        "Enabled": "Enabled",
    }
    return {shown: request[name] for name, shown in names.items() if name in request}
