"""Resources that take time, as AWS's do: without it, nothing can be watched or interrupted."""

import os
import time
from collections.abc import Callable
from typing import Any

from payment_templates.rehearsal import ministack

VARIABLE = "REHEARSAL_RESOURCE_SECONDS"
_STACKS = f"{ministack.CLOUDFORMATION}.stacks"


def install() -> None:
    """Let each resource take as long as the environment says, while others are served."""
    seconds = float(os.environ.get(VARIABLE, "0"))
    if not seconds:
        return

    def slow(original: Callable[..., Any]) -> Callable[..., Any]:
        def work(*arguments: object) -> object:
            time.sleep(seconds)
            return original(*arguments)

        return work

    # What runs on a worker thread leaves the server free.
    ministack.replace_everywhere(_STACKS, "_runs_on_worker_thread", lambda _original: _always)
    for name in ("_update_keeping_seed", "_provision_keeping_seed", "_delete_resource"):
        ministack.replace_everywhere(_STACKS, name, slow)


def _always(_resource_type: str) -> bool:
    return True
