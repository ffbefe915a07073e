"""Delays each resource operation, so that progress and interruptions can be tested."""

import os
import time
from collections.abc import Callable
from typing import Any

from payment_templates.rehearsal import ministack

VARIABLE = "REHEARSAL_RESOURCE_SECONDS"
_STACKS = f"{ministack.CLOUDFORMATION}.stacks"


def install() -> None:
    """Delay each resource by the seconds set in the environment, without blocking the server."""
    seconds = float(os.environ.get(VARIABLE, "0"))
    if not seconds:
        return

    def delayed(original: Callable[..., Any]) -> Callable[..., Any]:
        def work(*arguments: object) -> object:
            time.sleep(seconds)
            return original(*arguments)

        return work

    # Operations on a worker thread do not block the server.
    ministack.replace_everywhere(_STACKS, "_runs_on_worker_thread", lambda _original: _always)
    for name in ("_update_keeping_seed", "_provision_keeping_seed", "_delete_resource"):
        ministack.replace_everywhere(_STACKS, name, delayed)


def _always(_resource_type: str) -> bool:
    return True
