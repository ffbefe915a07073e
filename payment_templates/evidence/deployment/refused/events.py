"""Finds event rules and event subscriptions that EventBridge or RDS refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.event_categories import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack


def event_refusals(stack: Stack) -> Iterator[str]:
    """Yield the rules that nothing triggers, and the subscriptions to categories that do not exist.

    "A rule must contain at least an EventPattern or ScheduleExpression", and may have both:
    botocore events, PutRule. RDS answers SubscriptionCategoryNotFound: botocore rds,
    CreateEventSubscription.
    """
    for rule in stack.of_type("AWS::Events::Rule"):
        if not {"EventPattern", "ScheduleExpression"} & rule.properties.entries.keys():
            yield f"{rule.logical_id} has neither an event pattern nor a schedule"
    for subscription in stack.of_type("AWS::RDS::EventSubscription"):
        for category in subscription.properties.texts("EventCategories"):
            if category.lower() not in CATEGORIES and "${" not in category:
                yield f"{subscription.logical_id} has the category {category}, which RDS lacks"
