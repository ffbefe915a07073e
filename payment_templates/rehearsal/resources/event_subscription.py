"""AWS::RDS::EventSubscription: publishes RDS events to a topic."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only


def _create(properties: Properties, name: str) -> Created:
    subscription = properties.get("SubscriptionName", name.lower())
    account.call(
        "rds",
        "CreateEventSubscription",
        SubscriptionName=subscription,
        **_settings(properties),
        **only(properties, "SourceIds", "Tags"),
    )
    return Created(ref=subscription, attributes={})


def _update(ref: str, _before: Properties, after: Properties) -> Attributes:
    account.call("rds", "ModifyEventSubscription", SubscriptionName=ref, **_settings(after))
    return {}


def _delete(ref: str, _properties: Properties) -> None:
    account.call("rds", "DeleteEventSubscription", SubscriptionName=ref)


def _settings(properties: Properties) -> dict[str, Any]:
    return {
        **only(properties, "SnsTopicArn", "SourceType", "EventCategories"),
        "Enabled": str(properties.get("Enabled", True)).lower() == "true",
    }


EVENT_SUBSCRIPTION = ResourceType(
    name="AWS::RDS::EventSubscription",
    create=_create,
    update=_update,
    delete=_delete,
    tag_property="Tags",
)
