"""Decides whether key policies allow the deletion of KMS keys and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.grants import Answer
from payment_templates.evidence.permissions.keys import (
    ALIAS,
    KEY,
    REPLICA,
    account_may,
    find_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack

# The calls of the delete handlers: resource schemas of AWS::KMS::Key and AWS::KMS::Alias. The key
# policy must allow them; IAM policies are not enough: botocore kms, ScheduleKeyDeletion,
# DeleteAlias.
_DELETE_KEY = ("kms:DescribeKey", "kms:ScheduleKeyDeletion")
_DELETE_ALIAS = "kms:DeleteAlias"


def refused_key_deletions(stack: Stack, retained: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return a sentence for each key or alias that no one may delete.

    Ignores resources with a deletion policy in `retained`, which are not deleted.
    """
    return tuple(
        f"{name} cannot be deleted: the policy of {key} does not allow {action}"
        for name, key, action, answer in _answers(stack)
        if answer is Answer.NO and stack.resources[name].deletion_policy not in retained
    )


def unseen_key_deletions(stack: Stack, retained: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return a sentence for each permission that the template does not show."""
    return tuple(
        f"the policy of {key} allows {action} to the role that deletes the stack"
        for name, key, action, answer in _answers(stack)
        if answer is Answer.UNSEEN and stack.resources[name].deletion_policy not in retained
    )


def _answers(stack: Stack) -> Iterator[tuple[str, str, str, Answer]]:
    """Yield each resource, its key, an action of its deletion, and whether that is allowed."""
    for key in stack.of_type(KEY, REPLICA):
        for action in _DELETE_KEY:
            yield key.logical_id, key.logical_id, action, account_may(stack, key, action)
    for alias in stack.of_type(ALIAS):
        target = alias.properties.get("TargetKeyId")
        named = find_key(stack, target)
        answer = account_may(stack, named, _DELETE_ALIAS) if named else Answer.UNSEEN
        key_name = named.logical_id if named else str(target)
        yield alias.logical_id, key_name, _DELETE_ALIAS, answer
