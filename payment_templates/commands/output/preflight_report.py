"""Reports what the preflight checks found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.preflight import Finding, Verdict


def require_no_problems(tools: Tools, findings: Sequence[Finding]) -> None:
    """Show the findings before a command starts; raises RolloutError for any problem."""
    problems = [one for one in findings if one.verdict is Verdict.REFUSED]
    unknown = [one for one in findings if one.verdict is Verdict.UNKNOWN]
    for one in findings:
        if one.verdict is Verdict.WARNING:
            tools.output.tell(f"preflight: {one.where}: {one.what}; {one.remediation}")
    for one in unknown:
        tools.output.tell(f"preflight: {one.where}: unknown: {one.what}")
    if problems:
        for one in problems:
            tools.output.tell(f"preflight: {one.where}: {one.what}; {one.remediation}")
        raise RolloutError(
            f"preflight found {quantity(len(problems), 'problem')}: {problems[0].what}",
            ExitCode.REFUSED,
            _document(findings),
            hint=f"{problems[0].remediation}; or skip the checks with --skip-preflight",
        )
    tools.output.tell(f"preflight: {_summary(findings)}")


def report(tools: Tools, findings: Sequence[Finding]) -> Result:
    """Show the findings, and return the result of the command."""
    tools.output.show_table(
        ("verdict", "where", "what", "remediation"),
        [(one.verdict, one.where, one.what, one.remediation) for one in findings],
    )
    tools.output.tell(_summary(findings))
    refused = [one for one in findings if one.verdict is Verdict.REFUSED]
    document = _document(findings)
    if refused:
        return Result(
            exit_code=ExitCode.REFUSED,
            document=document,
            error=f"preflight found {quantity(len(refused), 'problem')}",
        )
    return Result(document=document)


def _summary(findings: Sequence[Finding]) -> str:
    count = Counter(one.verdict for one in findings)
    parts = [quantity(count[Verdict.FINE], "check passed", "checks passed")]
    if problems := count[Verdict.REFUSED]:
        parts.append(quantity(problems, "problem"))
    if warnings := count[Verdict.WARNING]:
        parts.append(quantity(warnings, "warning"))
    if undecided := count[Verdict.UNKNOWN]:
        parts.append(f"{undecided} could not be checked")
    return ", ".join(parts)


def _document(findings: Sequence[Finding]) -> dict[str, Any]:
    return {"findings": [asdict(one) for one in findings]}
