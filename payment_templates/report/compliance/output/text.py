"""Writes an assessment as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.report.compliance.assessment import Assessed


def resources(it: Assessed) -> Iterator[str]:
    """Yield the resources that answer a requirement, with their properties."""
    for answer in it.answers:
        properties = ", ".join(answer.properties)
        yield f"{answer.logical_id} ({properties})" if properties else answer.logical_id
