"""Writes an assessment as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.report.compliance.assessment import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.report.compliance.assessment import Assessed, Assessment
    from payment_templates.report.compliance.template_file import TemplateFile


def plain_lines(assessment: Assessment) -> Iterator[str]:
    """Yield a line for each requirement: verdict, number, summary, reason and others' parts."""
    for it in assessment.requirements:
        others = "; ".join(other_parts(it))
        yield f"{it.status}\t{it.row.number}\t{it.summary}\t{reason(it)}\t{others}".rstrip("\t")


def summary_line(assessment: Assessment) -> str:
    """Return the number of requirements by verdict, in one line."""
    counts = ", ".join(f"{count} {status}" for status, count in assessment.counts.items())
    shared = sum(
        it.status is Status.MET and bool(it.row.customer) for it in assessment.requirements
    )
    part = f"; {shared} of those met need the customer's part too" if shared else ""
    return f"PCI DSS v4.0.1, the part of the template in {assessment.region}: {counts}{part}"


def source_line(assessment: Assessment, file: TemplateFile) -> str:
    """Return what was assessed, in one line."""
    given = ", ".join(f"{name}={value}" for name, value in file.parameters.items())
    return (
        f"{file.name}, SHA-256 {file.sha256}, for the profile {assessment.profile}, with "
        f"{given or 'no parameters given'}"
    )


def reason(it: Assessed) -> str:
    """Return why a requirement has its verdict, or else what the customer or AWS does."""
    return it.why or it.row.customer or it.row.aws


def other_parts(it: Assessed) -> Iterator[str]:
    """Yield what the customer and AWS do, except what the reason says already."""
    for who, part in (("customer", it.row.customer), ("AWS", it.row.aws)):
        if part and part not in reason(it):
            yield f"{who}: {part}"


def resources(it: Assessed) -> Iterator[str]:
    """Yield the resources that answer a requirement, with their properties."""
    for answer in it.answers:
        properties = ", ".join(answer.properties)
        yield f"{answer.logical_id} ({properties})" if properties else answer.logical_id
