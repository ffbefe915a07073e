"""Writes an assessment as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.report.compliance.assessment import Assessed, Assessment


def plain_lines(assessment: Assessment) -> Iterator[str]:
    """Yield a line for each requirement: verdict, number, summary and reason."""
    for it in assessment.requirements:
        yield f"{it.status}\t{it.row.number}\t{it.summary}\t{reason(it)}"


def summary_line(assessment: Assessment) -> str:
    """Return the number of requirements by verdict, in one line."""
    counts = ", ".join(f"{count} {status}" for status, count in assessment.counts.items())
    return f"PCI DSS v4.0.1, the part of the template in {assessment.region}: {counts}"


def reason(it: Assessed) -> str:
    """Return why a requirement has its verdict, or else what the customer or AWS does."""
    return it.why or it.row.customer or it.row.aws


def resources(it: Assessed) -> Iterator[str]:
    """Yield the resources that answer a requirement, with their properties."""
    for answer in it.answers:
        properties = ", ".join(answer.properties)
        yield f"{answer.logical_id} ({properties})" if properties else answer.logical_id
