"""Lets DeleteStack stop a running creation; ministack continues it, and leaves what it creates.

The resource that is being created is finished first; the others are cancelled.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from payment_templates.rehearsal import ministack

_STACKS = f"{ministack.CLOUDFORMATION}.stacks"
_STOPPED = "_creation_stopped"


class _StoppedError(BaseException):
    """Ends a creation without a rollback; ministack handles every other exception."""


def install() -> None:
    """Let a deletion stop the creation of its stack, and wait for its end."""
    running: dict[str, asyncio.Event] = {}
    ministack.replace_everywhere(
        _STACKS, "_deploy_stack_async", lambda original: _tracked(original, running)
    )
    ministack.replace_everywhere(
        _STACKS, "_delete_stack_async", lambda original: _stopping(original, running)
    )
    ministack.replace_everywhere(_STACKS, "_provision_keeping_seed", _unless_stopped)


def _tracked(original: Callable[..., Awaitable[None]], running: dict[str, asyncio.Event]) -> object:
    async def deploy(name: str, stack_id: str, *request: Any, **options: Any) -> None:  # noqa: ANN401 - ministack's own arguments
        ended = running[stack_id] = asyncio.Event()
        try:
            await original(name, stack_id, *request, **options)
        except _StoppedError:
            # The deletion goes on from here.
            return
        finally:
            ended.set()
            running.pop(stack_id, None)

    return deploy


def _stopping(
    original: Callable[..., Awaitable[None]], running: dict[str, asyncio.Event]
) -> object:
    async def delete(name: str, stack_id: str, *request: Any, **options: Any) -> None:  # noqa: ANN401 - ministack's own arguments
        creation = running.get(stack_id)
        stack = ministack.stack(name)
        if creation is not None and stack is not None:
            stack["StackStatus"] = "DELETE_IN_PROGRESS"
            stack[_STOPPED] = True
            await creation.wait()
        await original(name, stack_id, *request, **options)

    return delete


def _unless_stopped(original: Callable[..., Any]) -> object:
    def provision(resource_type: str, logical_id: str, properties: Any, name: str) -> Any:  # noqa: ANN401 - ministack's own arguments
        stack = ministack.stack(name) or {}
        if stack.get(_STOPPED):
            ministack.look_up(_STACKS, "_add_event")(
                stack["StackId"],
                name,
                logical_id,
                resource_type,
                "CREATE_FAILED",
                "Resource creation cancelled",
            )
            raise _StoppedError
        return original(resource_type, logical_id, properties, name)

    return provision
