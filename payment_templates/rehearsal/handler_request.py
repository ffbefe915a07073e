"""Provides what a resource handler receives besides the properties of the resource.

Whether a rollback is running and whether a final snapshot is requested: the members rollback and
snapshotRequested of ResourceHandlerRequest in
https://github.com/aws-cloudformation/cloudformation-cli-java-plugin
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from secrets import choice
from string import ascii_lowercase, digits
from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Properties

_STACKS = f"{ministack.CLOUDFORMATION}.stacks"
# IdentifierUtils.GUID_LENGTH in the same repository.
_RANDOM_CHARACTERS = 12

_rollback: ContextVar[bool] = ContextVar("rollback", default=False)
_policy: ContextVar[str] = ContextVar("policy", default="Delete")
_final_snapshot: ContextVar[str | None] = ContextVar("final_snapshot", default=None)


def is_rollback() -> bool:
    """Return whether the running update rolls back a failed one."""
    return _rollback.get()


def final_snapshot() -> str | None:
    """Return the name of the final snapshot to take, or None if none is requested."""
    return _final_snapshot.get()


def failure(message: str, code: str) -> RuntimeError:
    """Return a handler failure, worded as in CloudFormation's events."""
    return RuntimeError(
        f'Resource handler returned message: "{message}" (RequestToken: {uuid4()}, '
        f"HandlerErrorCode: {code})"
    )


def install() -> None:
    """Record the running operation of ministack for the handlers that it calls."""
    ministack.replace_everywhere(_STACKS, "_revert_update", _with_rollback_flag)
    ministack.replace_everywhere(_STACKS, "_resource_policy", _recording_policy)
    ministack.replace_everywhere(ministack.PROVISIONERS, "_delete_resource", _with_final_snapshot)


def _with_rollback_flag(original: Callable[..., Awaitable[Any]]) -> object:
    async def revert(*arguments: object) -> object:
        token = _rollback.set(True)
        try:
            return await original(*arguments)
        finally:
            _rollback.reset(token)

    return revert


def _recording_policy(original: Callable[..., str]) -> object:
    # ministack reads the policy of a resource right before every deletion: with its stack, by an
    # update that removes or replaces it, and by the rollback of a creation. AWS takes the snapshot
    # in the last case too: github.com/go-to-k/cdkd/issues/1358.
    def policy(*arguments: object) -> str:
        found = original(*arguments)
        _policy.set(found)
        return found

    return policy


def _with_final_snapshot(original: Callable[..., None]) -> object:
    def delete(
        resource_type: str,
        physical_id: str,
        properties: Properties,
        stack: str | None = None,
        logical_id: str | None = None,
    ) -> None:
        requested = _policy.get() == "Snapshot"
        name = _snapshot_name(stack or "rds", logical_id or "dbcluster")
        token = _final_snapshot.set(name if requested else None)
        try:
            original(resource_type, physical_id, properties, stack, logical_id)
        finally:
            _final_snapshot.reset(token)

    return delete


def _snapshot_name(stack: str, logical_id: str) -> str:
    # DeleteHandler.deleteDbCluster and IdentifierFactory in
    # https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds
    random = "".join(choice(ascii_lowercase + digits) for _ in range(_RANDOM_CHARACTERS))
    return f"{stack}-snapshot-{logical_id}-{random}".lower()
