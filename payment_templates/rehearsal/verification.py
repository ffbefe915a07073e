"""Runs `verify` on a deployed stack, and tells which of its questions only AWS can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.rehearsal.program import Program, Show
    from payment_templates.rehearsal.stacks import Stack

# No one follows the link of an e-mail here, and no service writes the metrics of the alarms.
_FOR_AWS_ALONE = frozenset({"is the subscription confirmed?", "which states are the alarms in?"})
# The embedded AWS has none of the policies that AWS manages.
_AWS_POLICY = ":iam::aws:policy/"
_CONFIRMED = "confirmed"
# The error of verify after all questions: commands.output.verification_report.
_CONTRADICTED = "AWS contradicts"


class VerificationError(RuntimeError):
    """The embedded AWS contradicts what evidence assumes, or cannot be asked."""


def verify(program: Program, stack: Stack, show: Show) -> None:
    """Ask every question about a stack; raises VerificationError for an unexpected answer."""
    with show.step(f"Ask what evidence assumes in {stack.region}") as report:
        document = program.document(
            "verify", "--stack-name", stack.name, "--region", stack.region, region=stack.region
        )
        findings: list[dict[str, Any]] = document.get("findings") or []
        others = [one for one in findings if one["verdict"] != _CONFIRMED]
        unexpected = [
            one
            for one in others
            if one["asked"] not in _FOR_AWS_ALONE and _AWS_POLICY not in one["answer"]
        ]
        error = str(document.get("error") or "")
        if unexpected or not findings or (error and not error.startswith(_CONTRADICTED)):
            raise VerificationError(
                "; ".join(f"{one['asked']} {one['answer']}" for one in unexpected)
                or error
                or "verify asked nothing"
            )
        report(
            f"{len(findings) - len(others)} confirmed, "
            f"{quantity(len(others), 'question')} for the real AWS alone"
        )
