"""Whether the policies of KMS keys let their account delete the keys and their aliases."""

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

# What the delete handlers call: resource schemas of AWS::KMS::Key and AWS::KMS::Alias. The key's
# policy must allow it, IAM policies alone do not: botocore kms, ScheduleKeyDeletion, DeleteAlias.
_DELETE_KEY = ("kms:DescribeKey", "kms:ScheduleKeyDeletion")
_DELETE_ALIAS = "kms:DeleteAlias"


def refused_key_deletions(stack: Stack, retained: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return which keys and aliases their key's policy lets no one delete.

    What has one of the deletion policies in `retained` is not deleted at all.
    """
    return tuple(
        f"{name} cannot be deleted: the policy of {key} does not allow {action}"
        for name, key, action, answer in _answers(stack)
        if answer is Answer.NO and stack.resources[name].deletion_policy not in retained
    )


def unseen_key_deletions(stack: Stack, retained: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Say what the policy of a key must allow, where the template does not show that it does."""
    return tuple(
        f"the policy of {key} allows {action} to the role that deletes the stack"
        for name, key, action, answer in _answers(stack)
        if answer is Answer.UNSEEN and stack.resources[name].deletion_policy not in retained
    )


def _answers(stack: Stack) -> Iterator[tuple[str, str, str, Answer]]:
    """Give each resource, its key, the action that deletes it, and whether that is allowed."""
    for key in stack.of_type(KEY, REPLICA):
        for action in _DELETE_KEY:
            yield key.logical_id, key.logical_id, action, account_may(stack, key, action)
    for alias in stack.of_type(ALIAS):
        target = alias.properties.get("TargetKeyId")
        named = find_key(stack, target)
        answer = account_may(stack, named, _DELETE_ALIAS) if named else Answer.UNSEEN
        key_name = named.logical_id if named else str(target)
        yield alias.logical_id, key_name, _DELETE_ALIAS, answer
