"""Runs the compliance command: shows which requirements of PCI DSS a template meets."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from payment_templates.commands.inputs.template_files import chosen_template, read_template
from payment_templates.commands.inputs.template_inputs import (
    examination,
    named_profile,
    parameter_values,
    profile_of,
    sha256_of,
)
from payment_templates.commands.inputs.usage_errors import WrongUseError, refuse_together
from payment_templates.commands.output.printable import printable
from payment_templates.exit_codes import ExitCode
from payment_templates.report.compliance import assess
from payment_templates.report.compliance.output.json_report import to_json
from payment_templates.report.compliance.output.oscal import to_oscal
from payment_templates.report.compliance.output.spreadsheet import to_csv
from payment_templates.report.compliance.output.text import plain_lines, source_line, summary_line
from payment_templates.report.compliance.template_file import TemplateFile
from payment_templates.report.given_parameters import shown_parameters

if TYPE_CHECKING:
    from pathlib import Path

    from payment_templates.cloudformation import Template
    from payment_templates.report.compliance import Assessment


def show_compliance(
    template: Path | None,
    *,
    region: str,
    pairs: tuple[str, ...],
    profile: str | None,
    options_file: Path | None,
    as_json: bool,
    as_csv: bool,
    as_oscal: bool,
    last_modified: str | None,
) -> None:
    """Assess the template; exit 1 when a requirement is not met."""
    profile = named_profile(profile, options_file)
    path = chosen_template(template, profile=profile, options_file=options_file)
    refuse_together({"--json": as_json, "--csv": as_csv, "--oscal": as_oscal})
    if last_modified is not None and not as_oscal:
        raise WrongUseError("--last-modified is only for --oscal", "pass both, or leave it out")
    time = _time(last_modified) if last_modified is not None else None
    given = parameter_values(pairs)
    document, found = _assessed(path, region=region, parameters=given, profile=profile)
    file = TemplateFile(
        name=str(path),
        sha256=sha256_of(path, document),
        parameters=shown_parameters(document, given),
    )
    if as_json:
        click.echo(to_json(found, file))
    elif as_csv:
        click.echo(printable(to_csv(found, file)), nl=False)
    elif as_oscal:
        click.echo(to_oscal(found, document, file, last_modified=time or _modified(path)))
    else:
        _show(found, file)
    sys.exit(ExitCode.FAILED if found.fails else ExitCode.DONE)


def _assessed(
    path: Path, *, region: str, parameters: dict[str, str], profile: str | None
) -> tuple[Template, Assessment]:
    with examination():
        template = read_template(path)
        found = assess(
            template,
            region=region,
            parameters=parameters,
            profile=profile or profile_of(template),
        )
    return template, found


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise WrongUseError(
            f"invalid --last-modified {text!r}", "use a time with its zone: 2026-01-31T12:00:00Z"
        )
    return time


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def _show(found: Assessment, file: TemplateFile) -> None:
    # None where it was closed before the program started.
    if sys.stdout and sys.stdout.isatty():
        # rich takes longer to load than the assessment takes: only a terminal gets tables.
        from payment_templates.commands.output.safe_console import (  # noqa: PLC0415
            SafeConsole,
        )
        from payment_templates.report.compliance.output.terminal_table import (  # noqa: PLC0415
            requirement_table,
        )

        SafeConsole().print(requirement_table(found))
    else:
        click.echo(printable("\n".join(plain_lines(found))))
    click.echo(printable(summary_line(found)))
    click.echo(printable(source_line(found, file)))
