"""Reports what AWS answered to the questions of verify."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import click

from payment_templates.commands.command_runner import Tools
from payment_templates.commands.output.json_documents import JSON_VERSION
from payment_templates.quantity import quantity
from payment_templates.rollout.verification import Finding, Verdict
from payment_templates.rollout.verification.measurable import measurable_assumptions


def show_findings(tools: Tools, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Show each finding that is not confirmed, and count the others by check."""
    found: list[Finding] = []
    entries: list[dict[str, Any]] = []
    for one in findings:
        found.append(one)
        entries.append(_entry(one))
        tools.output.keep({"findings": entries})
    confirmed = Counter(one.check for one in found if one.verdict is Verdict.CONFIRMED)
    for check, count in confirmed.items():
        tools.output.tell(f"{check}: {count} confirmed")
    others = [one for one in found if one.verdict is not Verdict.CONFIRMED]
    if others:
        tools.output.show_table(
            ("verdict", "asked", "assumed", "AWS says", "remediation"),
            [(one.verdict, one.asked, one.assumed, one.answer, one.remediation) for one in others],
        )
    return tuple(found)


def list_assumptions(*, as_json: bool) -> None:
    """Print each measurable assumption with its value and its command."""
    if as_json:
        assumptions = [
            {"assumption": one.assumption, "value": one.value, "command": one.command}
            for one in measurable_assumptions()
        ]
        document = {"version": JSON_VERSION, "assumptions": assumptions}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    for one in measurable_assumptions():
        click.echo(f"{one.assumption}: {one.value}\n    {one.command}")


def findings_document(findings: Sequence[Finding]) -> dict[str, Any]:
    """Describe the findings."""
    return {"findings": [_entry(one) for one in findings]}


def _entry(finding: Finding) -> dict[str, Any]:
    # asdict copies every value, which takes long for thousands of findings.
    return {**vars(finding)}


def problem_of(findings: Sequence[Finding], *, none_confirmed_is_fine: bool = False) -> str:
    """Return the error of the command; empty if nothing is contradicted."""
    counts = Counter(one.verdict for one in findings)
    contradicted, unasked = counts[Verdict.CONTRADICTED], counts[Verdict.NOT_ASKED]
    unasked_too = f"; {quantity(unasked, 'question')} could not be asked" if unasked else ""
    if contradicted:
        return f"AWS contradicts {quantity(contradicted, 'assumption')}{unasked_too}"
    if not counts[Verdict.CONFIRMED] and not none_confirmed_is_fine:
        return "AWS confirmed nothing" + unasked_too
    return ""
