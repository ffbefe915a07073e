"""Checks the resources of --skip-resource."""

import re
from collections.abc import Sequence

from payment_templates.rollout.errors import wrong_use

# ContinueUpdateRollback, ResourcesToSkip.
_RESOURCE_TO_SKIP = re.compile(r"[a-zA-Z0-9]+|[a-zA-Z][-a-zA-Z0-9]*\.[a-zA-Z0-9]+")


def require_skippable(names: Sequence[str], *, continue_rollback: bool) -> None:
    """Raise RolloutError for an invalid name, or without --continue-rollback."""
    if names and not continue_rollback:
        raise wrong_use("--skip-resource needs --continue-rollback", "pass both, or none")
    for name in names:
        if not _RESOURCE_TO_SKIP.fullmatch(name):
            raise wrong_use(
                f"invalid --skip-resource {name!r}",
                "use a logical ID, or NestedStackName.LogicalId for a resource of a nested stack",
            )
