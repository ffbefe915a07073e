"""Computes the IAM permissions that a template needs, and the policies that grant them."""

from payment_templates.rollout.permissions.documents import (
    MOST_CHARACTERS,
    Place,
    policy_documents,
    size_of,
)
from payment_templates.rollout.permissions.own_calls import Scope
from payment_templates.rollout.permissions.policy import (
    Permissions,
    Purpose,
    calls_of_the_commands,
    certain_actions,
    permissions_for,
    permissions_of_the_stack,
)
from payment_templates.rollout.permissions.statement import Condition, Statement, merged

__all__ = [
    "MOST_CHARACTERS",
    "Condition",
    "Permissions",
    "Place",
    "Purpose",
    "Scope",
    "Statement",
    "calls_of_the_commands",
    "certain_actions",
    "merged",
    "permissions_for",
    "permissions_of_the_stack",
    "policy_documents",
    "size_of",
]
