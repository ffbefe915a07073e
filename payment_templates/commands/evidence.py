"""Runs the evidence command: shows which promises a template keeps."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from payment_templates.cloudformation import TemplateError, read_template
from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.commands.output.error_messages import PROFILE_AND_OPTIONS
from payment_templates.evidence import ACCEPTED, all_claims, examine
from payment_templates.evidence.machine_output import to_json, to_junit
from payment_templates.evidence.text_output import explanation, plain_lines, summary_line
from payment_templates.options import STANDARD_NAME as STANDARD
from payment_templates.options import OptionsError, profile_in, template_name

if TYPE_CHECKING:
    from payment_templates.evidence import Examination

BROKEN = 1


def show_evidence(
    template: Path | None,
    *,
    region: str,
    pairs: tuple[str, ...],
    profile: str | None,
    options_file: Path | None,
    as_json: bool,
    junit: Path | None,
    explain: str | None,
    summary: bool,
) -> None:
    """Examine the template; exit 1 when a promise is broken that the profile does not accept."""
    profile = _accepting(profile, options_file)
    template = template or Path(
        "output",
        template_name(profile=profile, options_name=options_file.stem if options_file else None),
    )
    if explain:
        if as_json:
            raise WrongUseError("--explain and --json cannot be used together", "pass one of them")
        _require_claim(explain)
    if junit:
        _require_writable(junit, template)
    parameters = _values(pairs)
    try:
        found = examine(
            read_template(template), region=region, parameters=parameters, profile=profile
        )
    except TemplateError as error:
        raise WrongUseError(str(error), error.hint) from error
    except Exception as error:  # Otherwise a bug in this program would look like a broken promise.
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        raise WrongUseError(f"internal error, not a fault of the template: {problem}") from error
    if junit:
        _write(junit, to_junit(found))
    if explain:
        results = {result.claim.id: result for result in found.results}
        click.echo("\n".join(explanation(results[explain])))
    elif as_json:
        click.echo(to_json(found))
    elif summary:
        click.echo(summary_line(found))
    else:
        _show(found)
    sys.exit(BROKEN if found.fails else 0)


def _accepting(profile: str | None, options_file: Path | None) -> str:
    """Return the name of the profile whose accepted exceptions apply."""
    if options_file is None:
        if profile is not None and profile not in ACCEPTED:
            raise WrongUseError(
                f"unknown profile {profile!r}", f"use one of: {', '.join(ACCEPTED)}"
            )
        return profile or STANDARD
    if profile is not None:
        raise WrongUseError(*PROFILE_AND_OPTIONS)
    try:
        return profile_in(options_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise WrongUseError(f"cannot read {options_file}: {reason}") from None
    except OptionsError as error:
        raise WrongUseError(f"{options_file}: {error}", error.hint) from None


def _values(pairs: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not name or not equals:
            raise WrongUseError(f"invalid --parameter {pair!r}", "use KEY=VALUE")
        if name in values:
            raise WrongUseError(
                f"--parameter {name} is given twice: {values[name]} and {text}", "pass it once"
            )
        values[name] = text
    return values


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongUseError(
            f"cannot write {path}: {error.strerror}", "choose another file with --junit"
        ) from error


def _require_writable(junit: Path, template: Path) -> None:
    if junit.resolve() == template.resolve():
        raise WrongUseError(
            f"--junit would overwrite the template {template}", "choose another file with --junit"
        )
    if not junit.parent.is_dir():
        raise WrongUseError(f"cannot write {junit}: no such folder", "create the folder first")


def _require_claim(claim_id: str) -> None:
    known = [claim.id for claim in all_claims()]
    if claim_id not in known:
        near = get_close_matches(claim_id, known, n=3, cutoff=0.3) or sorted(known)[:3]
        raise WrongUseError(f"unknown claim {claim_id!r}", f"did you mean {' or '.join(near)}?")


def _show(found: Examination) -> None:
    if sys.stdout.isatty():
        # rich takes longer to load than the examination takes: only a terminal gets tables.
        from rich.console import Console  # noqa: PLC0415

        from payment_templates.evidence.terminal_tables import survival_table, verdict_table  # noqa: PLC0415

        console = Console()
        console.print(verdict_table(found))
        console.print(survival_table(found))
    else:
        click.echo("\n".join(plain_lines(found)))
    click.echo(summary_line(found))
