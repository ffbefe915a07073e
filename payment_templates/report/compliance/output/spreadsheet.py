"""Writes an assessment as CSV for an auditor's spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from payment_templates.report.compliance.output.text import resources

if TYPE_CHECKING:
    from payment_templates.report.compliance.assessment import Assessed, Assessment
    from payment_templates.report.compliance.template_file import TemplateFile

_HEAD = (
    *("Requirement", "Summary", "Verdict on the template's part", "Reason"),
    *("Resources", "Checked by", "AWS Config rules", "Security Hub controls"),
    *("Customer's part", "AWS's part", "Evidence"),
    *("Template", "SHA-256", "Region", "Profile", "Parameters"),
)
# A spreadsheet evaluates a cell that starts with one of these, also in full width:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width.
# So that it shows the cell as text.
_AS_TEXT = "'"


def to_csv(assessment: Assessment, file: TemplateFile) -> str:
    """Return one line for each requirement, below a line of headings.

    Each line names the template: an auditor files single lines.
    """
    given = "; ".join(f"{name}={value}" for name, value in file.parameters.items())
    source = (file.name, file.sha256, assessment.region, assessment.profile, given)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    for it in assessment.requirements:
        writer.writerow(map(without_formula, (*_cells(it), *source)))
    return text.getvalue()


def without_formula(text: str) -> str:
    """Return the text of a cell, marked as text if a spreadsheet would evaluate it."""
    return f"{_AS_TEXT}{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _cells(it: Assessed) -> tuple[str, ...]:
    return (
        # Without the word, a spreadsheet takes 1.2.8 for a date.
        f"PCI DSS {it.row.number}",
        it.summary,
        it.status.value,
        it.why,
        "; ".join(resources(it)),
        "; ".join(part.check.name for part in it.parts),
        "; ".join(it.config_rules),
        "; ".join(it.controls),
        it.row.customer,
        it.row.aws,
        "; ".join(
            f"{part.check.claim.id}: {', '.join(part.evidence)}"
            for part in it.parts
            if part.evidence
        ),
    )
