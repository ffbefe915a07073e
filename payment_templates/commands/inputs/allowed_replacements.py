"""Checks that the resources of --allow-replacement exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.near_names import near_names
from payment_templates.rollout import clients
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.existing_stacks import list_members
from payment_templates.rollout.stack_set.definition import find_stack_set
from payment_templates.rollout.templates import resources_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session

    from payment_templates.cloudformation import Template

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]+")


def require_logical_ids(allowed: Sequence[str]) -> None:
    """Raise RolloutError for what no resource can be called, before AWS is asked for the others."""
    for name in allowed:
        if not _LOGICAL_ID.fullmatch(name):
            raise wrong_use(
                f"invalid --allow-replacement {name!r}",
                "use one logical ID, and repeat --allow-replacement for more",
            )


def require_resources(
    session: Session,
    region: str,
    template: Template,
    allowed: Sequence[str],
    *,
    stack_name: str,
    stack_set_name: str | None = None,
) -> None:
    """Raise RolloutError for a resource that neither the template nor the stacks have."""
    known = {*template.resources}
    if not known.issuperset(allowed):
        # A resource that the template no longer has may be removed.
        known.update(one.logical_id for one in list_members(session, region, stack_name) or ())
        if stack_set_name is not None:
            known.update(_of_set(session, region, stack_set_name))
    for name in allowed:
        if name not in known:
            hint = near_names(name, known, otherwise="use a logical ID of the template")
            raise wrong_use(f"--allow-replacement: unknown resource {name!r}", hint)


def _of_set(session: Session, region: str, name: str) -> set[str]:
    found = find_stack_set(clients.cloudformation(session, region), name)
    return {*resources_of(found.template_body)} if found else set()
