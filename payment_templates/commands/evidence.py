"""Runs the evidence command: shows which promises a template keeps."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from payment_templates.commands.inputs.linting import lint
from payment_templates.commands.inputs.output_files import require_writable, write_output
from payment_templates.commands.inputs.template_files import chosen_template, read_template
from payment_templates.commands.inputs.template_inputs import (
    examination,
    named_profile,
    parameter_values,
    profile_of,
)
from payment_templates.commands.inputs.usage_errors import WrongUseError, refuse_together
from payment_templates.commands.output.printable import printable
from payment_templates.commands.output.written_files import same_file
from payment_templates.evidence import PROMISES, all_claims, examine
from payment_templates.evidence.deployment.lint_findings import add_lint_findings
from payment_templates.evidence.machine_output import JSON_VERSION, to_json, to_junit
from payment_templates.evidence.sarif import to_sarif
from payment_templates.evidence.text_output import explanation, plain_lines, summary_line
from payment_templates.exit_codes import ExitCode
from payment_templates.near_names import near_names

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template
    from payment_templates.evidence import Claim, Examination


def show_evidence(
    template: Path | None,
    *,
    region: str,
    pairs: tuple[str, ...],
    profile: str | None,
    options_file: Path | None,
    as_json: bool,
    junit: Path | None,
    sarif: Path | None,
    only: tuple[str, ...],
    explain: str | None,
    summary: bool,
    as_list: bool,
    with_lint: bool,
) -> None:
    """Examine the template; exit 1 when a promise is broken that the profile does not accept."""
    options = {"--junit": junit, "--sarif": sarif}
    given = {option: path is not None for option, path in options.items()}
    given |= {"--json": as_json, "--only": bool(only), "--explain": explain is not None}
    _refuse_contradictions(given | {"--summary": summary, "--list": as_list, "--lint": with_lint})
    if as_list:
        _list_claims(as_json=as_json)
        return
    profile = named_profile(profile, options_file)
    template = chosen_template(template, profile=profile, options_file=options_file)
    reports = {option: path for option, path in options.items() if path is not None}
    _require_writable(reports, (template, options_file))
    document, found = _examined(
        template,
        region=region,
        parameters=parameter_values(pairs),
        profile=profile,
        claims=[_claim(name) for name in (only if explain is None else (explain,))],
        with_lint=with_lint,
    )
    for option, path in reports.items():
        report = to_junit(found) if path is junit else to_sarif(found, document, uri=_uri(template))
        write_output(option, path, report)
    if explain:
        click.echo(printable("\n".join(explanation(found.results[0]))))
    elif as_json:
        click.echo(to_json(found))
    elif summary:
        click.echo(printable(summary_line(found)))
    else:
        _show(found)
    sys.exit(ExitCode.FAILED if found.fails else ExitCode.DONE)


def _examined(
    path: Path,
    *,
    region: str,
    parameters: dict[str, str],
    profile: str | None,
    claims: list[Claim],
    with_lint: bool,
) -> tuple[Template, Examination]:
    with examination():
        template = read_template(path)
        if with_lint:
            add_lint_findings(template, lint(template, region))
        found = examine(
            template,
            region=region,
            parameters=parameters,
            profile=profile or profile_of(template),
            claims=claims,
        )
    return template, found


def _refuse_contradictions(given: dict[str, bool]) -> None:
    for first, *others in (
        ("--list", "--explain", "--only", "--summary", "--junit", "--sarif", "--lint"),
        ("--explain", "--only", "--summary", "--json"),
        ("--summary", "--json"),
    ):
        for other in others:
            refuse_together({first: given[first], other: given[other]})


def _list_claims(*, as_json: bool) -> None:
    """Print every promise with the profiles that make it and its title."""
    profiles = {
        claim.id: [it.name for it in PROMISES.values() if claim.id not in it.not_promised]
        for claim in all_claims()
    }
    if as_json:
        claims = [
            {"id": it.id, "title": it.title, "profiles": profiles[it.id]} for it in all_claims()
        ]
        document = {"version": JSON_VERSION, "claims": claims}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    for claim in all_claims():
        click.echo(f"{claim.id}\t{', '.join(profiles[claim.id])}\t{claim.title}")


def _uri(template: Path) -> str:
    """Return the template's path as a URI, relative to the current folder where it is below."""
    path = template.resolve()
    here = Path.cwd()
    relative = path.relative_to(here) if path.is_relative_to(here) else template
    return quote(relative.as_posix())


def _require_writable(reports: dict[str, Path], read: tuple[Path | None, ...]) -> None:
    written: list[Path] = []
    for option, report in reports.items():
        require_writable(option, report, read)
        if same_file(report, written):
            raise WrongUseError(
                f"{option} would overwrite the report {report}",
                f"choose another file with {option}",
            )
        written.append(report)


def _claim(claim_id: str) -> Claim:
    known = {claim.id: claim for claim in all_claims()}
    if claim_id not in known:
        every = "payment-stack evidence --list shows all"
        # A part of a name is nearer to it than to others, and short.
        hint = near_names(claim_id, known, otherwise=every, most=3, cutoff=0.3)
        if hint != every:
            hint = f"{hint} {every}"
        raise WrongUseError(f"unknown promise {claim_id!r}", hint)
    return known[claim_id]


def _show(found: Examination) -> None:
    # None where it was closed before the program started.
    if sys.stdout and sys.stdout.isatty():
        # rich takes longer to load than the examination takes: only a terminal gets tables.
        from payment_templates.commands.output.safe_console import (  # noqa: PLC0415
            SafeConsole,
        )
        from payment_templates.evidence.terminal_tables import (  # noqa: PLC0415
            recovery_table,
            survival_table,
            verdict_table,
        )

        console = SafeConsole()
        console.print(verdict_table(found))
        console.print(survival_table(found))
        console.print(recovery_table(found))
    else:
        click.echo(printable("\n".join(plain_lines(found))))
    click.echo(printable(summary_line(found)))
