"""Shows which promises a template keeps."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from payment_templates.evidence import ACCEPTED, EvidenceError, examine, read_template
from payment_templates.evidence.formats import to_json, to_junit
from payment_templates.evidence.report import explanation, plain_lines, summary_line

if TYPE_CHECKING:
    from pathlib import Path

    from payment_templates.evidence import Examination

BROKEN, WRONG_USE = 1, 2


class WrongUseError(click.ClickException):
    """An argument that cannot be used: one line, and the exit code of wrong use."""

    exit_code = WRONG_USE


def show_evidence(
    template: Path,
    *,
    region: str,
    pairs: tuple[str, ...],
    profile: str,
    as_json: bool,
    junit: Path | None,
    explain: str | None,
    summary: bool,
) -> None:
    """Examine the template; exit 1 when a promise is broken that the profile does not accept."""
    if profile not in ACCEPTED:
        raise WrongUseError(f"there is no profile {profile!r}; there is: {', '.join(ACCEPTED)}")
    if explain and as_json:
        raise WrongUseError("--explain writes text and --json writes everything: give one of them")
    if junit and junit.resolve() == template.resolve():
        raise WrongUseError(f"--junit would overwrite the template {template}")
    try:
        found = examine(
            read_template(template), region=region, parameters=_table(pairs), profile=profile
        )
    except EvidenceError as error:
        raise WrongUseError(str(error)) from error
    except Exception as error:  # Else a fault of this program would look like a broken promise.
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        raise WrongUseError(
            f"nothing is shown, by a fault of this program, not of the template: {problem}"
        ) from error
    if junit:
        _write(junit, to_junit(found))
    if explain:
        click.echo("\n".join(_explained(found, explain)))
    elif as_json:
        click.echo(to_json(found))
    elif summary:
        click.echo(summary_line(found))
    else:
        _show(found)
    sys.exit(BROKEN if found.fails else 0)


def _table(pairs: tuple[str, ...]) -> dict[str, str]:
    table: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not name or not equals:
            raise WrongUseError(f"--parameter takes KEY=VALUE, got {pair!r}")
        if name in table:
            raise WrongUseError(f"--parameter {name} is given twice: {table[name]} and {text}")
        table[name] = text
    return table


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongUseError(f"cannot write {path}: {error.strerror}") from error


def _explained(found: Examination, claim_id: str) -> list[str]:
    results = {result.claim.id: result for result in found.results}
    if claim_id not in results:
        near = get_close_matches(claim_id, results, n=3, cutoff=0.3) or sorted(results)[:3]
        raise WrongUseError(f"there is no claim {claim_id!r}; near it: {', '.join(near)}")
    return explanation(results[claim_id])


def _show(found: Examination) -> None:
    if sys.stdout.isatty():
        # Takes longer to load than the examination: only a terminal gets tables.
        from rich.console import Console  # noqa: PLC0415

        from payment_templates.evidence.table import survival_table, verdict_table  # noqa: PLC0415

        console = Console()
        console.print(verdict_table(found))
        console.print(survival_table(found))
    else:
        click.echo("\n".join(plain_lines(found)))
    click.echo(summary_line(found))
