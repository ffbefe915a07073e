"""Retains resources that cannot be deleted in their stack, with all that they depend on.

CloudFormation deletes a resource only after every resource that depends on it is deleted.
ministack deletes the network of a protected database anyway, and drops resources that the rollback
of a failed creation could not delete.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from payment_templates.rehearsal import ministack

_STACKS = f"{ministack.CLOUDFORMATION}.stacks"
_Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Deletion:
    """A running deletion: the resources of the stack, and those that remain."""

    resources: Mapping[str, _Record]
    definitions: Mapping[str, Any]
    # Both by logical ID.
    failed: dict[str, _Record] = field(default_factory=dict[str, _Record])
    retained: dict[str, _Record] = field(default_factory=dict[str, _Record])

    def fail(self, logical_id: str, reason: str) -> None:
        record = self.resources.get(logical_id)
        if record is None:
            return
        self.failed[logical_id] = {
            **record,
            "ResourceStatus": "DELETE_FAILED",
            "ResourceStatusReason": reason,
        }
        dependencies: set[str] = ministack.look_up(_STACKS, "_with_dependencies")(
            [logical_id], self.definitions, {*self.resources}
        )
        for other in dependencies - {logical_id}:
            self.retained[other] = self.resources[other]


_running: ContextVar[_Deletion | None] = ContextVar("running", default=None)


def install() -> None:
    """Track the deletions of stacks and the rollbacks of creations."""
    ministack.replace_everywhere(_STACKS, "_delete_stack_async", _of_stack)
    ministack.replace_everywhere(_STACKS, "_roll_back_operation", _of_rollback)
    ministack.replace_everywhere(ministack.PROVISIONERS, "_delete_resource", _unless_retained)
    ministack.replace_everywhere(_STACKS, "_add_event", _without_retained_events)


def _of_stack(original: Callable[..., Awaitable[None]]) -> object:
    async def delete(
        name: str, stack_id: str, retained: frozenset[str] = frozenset(), *, force: bool = False
    ) -> None:
        stack = ministack.stack(name)
        # A forced deletion has its own rules for resources that fail.
        if not stack or force:
            await original(name, stack_id, retained, force=force)
            return
        await _tracked(stack, stack.get("_template", {}), original(name, stack_id, retained))

    return delete


def _of_rollback(original: Callable[..., Awaitable[None]]) -> object:
    async def roll_back(
        name: str, stack_id: str, stack: _Record, operation: _Record, **reason: str
    ) -> None:
        rollback = original(name, stack_id, stack, operation, **reason)
        if operation.get("is_update"):
            await rollback
            return
        # ministack stores the template only once the creation has succeeded, and would then delete
        # what the template retains.
        template: dict[str, Any] = operation.get("template") or {}
        stack["_template"] = template
        await _tracked(stack, template, rollback)

    return roll_back


async def _tracked(stack: _Record, template: Mapping[str, Any], operation: Awaitable[None]) -> None:
    deletion = _Deletion(resources=stack["_resources"], definitions=template.get("Resources", {}))
    token = _running.set(deletion)
    try:
        await operation
    finally:
        _running.reset(token)
    stack["_resources"].update({**deletion.retained, **deletion.failed})


def _unless_retained(original: Callable[..., None]) -> object:
    def delete(*request: Any) -> None:  # noqa: ANN401 - ministack's own arguments
        deletion = _running.get()
        logical_id = request[-1]
        if deletion is None:
            original(*request)
        elif logical_id not in deletion.retained:
            try:
                original(*request)
            except Exception as error:
                deletion.fail(logical_id, str(error))
                raise

    return delete


def _without_retained_events(original: Callable[..., None]) -> object:
    def add_event(*event: Any, **rest: Any) -> None:  # noqa: ANN401 - ministack's own arguments
        deletion = _running.get()
        logical_id, status = event[2], event[4]
        if deletion and logical_id in deletion.retained and status.startswith("DELETE_"):
            return
        original(*event, **rest)

    return add_event
