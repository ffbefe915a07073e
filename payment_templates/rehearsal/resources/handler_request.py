"""What CloudFormation tells a resource's handler beside its properties.

Whether a rollback is running, and whether a final snapshot is wanted: the members rollback and
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
    """Return whether the update that runs takes a failed one back."""
    return _rollback.get()


def final_snapshot() -> str | None:
    """Name the snapshot to take before the resource is deleted; None when none is wanted."""
    return _final_snapshot.get()


def failure(message: str, code: str) -> RuntimeError:
    """Word the failure of a handler as CloudFormation's events do."""
    return RuntimeError(
        f'Resource handler returned message: "{message}" (RequestToken: {uuid4()}, '
        f"HandlerErrorCode: {code})"
    )


def install() -> None:
    """Learn from ministack what it is doing when it calls a handler."""
    ministack.replace_everywhere(_STACKS, "_revert_update", _taking_back)
    ministack.replace_everywhere(_STACKS, "_resource_policy", _remembering)
    ministack.replace_everywhere(ministack.PROVISIONERS, "_delete_resource", _deleting)


def _taking_back(original: Callable[..., Awaitable[Any]]) -> object:
    async def revert(*arguments: object) -> object:
        token = _rollback.set(True)
        try:
            return await original(*arguments)
        finally:
            _rollback.reset(token)

    return revert


def _remembering(original: Callable[..., str]) -> object:
    # ministack asks for the policy of a resource right before it deletes it, in every case: with
    # its stack, when an update removes or replaces it, and when a creation is rolled back. AWS
    # takes the snapshot in the last case too: github.com/go-to-k/cdkd/issues/1358.
    def policy(*arguments: object) -> str:
        found = original(*arguments)
        _policy.set(found)
        return found

    return policy


def _deleting(original: Callable[..., None]) -> object:
    def delete(
        resource_type: str,
        physical_id: str,
        properties: Properties,
        stack: str | None = None,
        logical_id: str | None = None,
    ) -> None:
        wanted = _policy.get() == "Snapshot"
        name = _snapshot_name(stack or "rds", logical_id or "dbcluster")
        token = _final_snapshot.set(name if wanted else None)
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
