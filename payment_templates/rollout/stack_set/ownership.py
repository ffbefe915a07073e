"""Decides whether a stack set belongs to a suffix and to this project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.ownership import default_name, is_of_project
from payment_templates.rollout.templates import document_of
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

_DESCRIPTION = "payment-templates: payment stacks of the suffix "


def description_of(suffix: str) -> str:
    """Return the description by which a set is recognised later."""
    return f"{_DESCRIPTION}{suffix}"


def foreign_because(
    description: str,
    parameters: Mapping[str, str],
    template_body: str,
    *,
    name: str,
    suffix: str,
) -> str:
    """Return why a set is not of this suffix and project; empty if it is."""
    marked = description.startswith(_DESCRIPTION)
    carried = description.removeprefix(_DESCRIPTION) if marked else parameters.get(SUFFIX)
    if carried is None:
        return f"has no parameter {SUFFIX}"
    if carried != suffix:
        return f"has the suffix {carried}, not {suffix}"
    # A set that was created with the AWS CLI has any description.
    named = name == default_name(suffix)
    if not marked and not is_of_project(document_of(template_body), named=named):
        return "has a template of another project"
    return ""
