"""Runs the diff command: shows what an update from one template to another changes."""

from __future__ import annotations

import subprocess
import sys
from shutil import which
from typing import TYPE_CHECKING

import click

from payment_templates.cloudformation import parse_template
from payment_templates.commands.inputs.template_files import chosen_template, read_template
from payment_templates.commands.inputs.template_inputs import (
    examination,
    named_profile,
    parameter_values,
    profile_of,
    require_known,
)
from payment_templates.commands.inputs.usage_errors import WrongUseError, refuse_together
from payment_templates.exit_codes import ExitCode
from payment_templates.report.comparison import compare
from payment_templates.report.comparison.output import to_json, to_markdown, to_text

if TYPE_CHECKING:
    from pathlib import Path

    from payment_templates.cloudformation import Template
    from payment_templates.report.comparison import Comparison


def show_difference(
    *,
    old: Path | None,
    new: Path | None,
    base: str | None,
    region: str,
    pairs: tuple[str, ...],
    profile: str | None,
    as_json: bool,
    as_markdown: bool,
    allowed: tuple[str, ...],
    no_fail: bool,
) -> None:
    """Compare two templates; exit 1 if the new one loses data, is refused or promises less."""
    refuse_together({"--json": as_json, "--markdown": as_markdown})
    named = named_profile(profile, None)
    with examination():
        before, after = _templates(old, new, base)
        require_known(given := parameter_values(pairs), before, after)
        found = compare(
            before,
            after,
            region=region,
            parameters=given,
            profiles=(named or profile_of(before), named or profile_of(after)),
        )
    _require_stateful(allowed, found)
    fails = found.fails(allowed)
    if as_json:
        click.echo(to_json(found, fails=fails))
    elif as_markdown:
        click.echo(to_markdown(found, fails=fails))
    else:
        click.echo("\n".join(to_text(found, click.style)))
    sys.exit(ExitCode.FAILED if fails and not no_fail else ExitCode.DONE)


def _templates(old: Path | None, new: Path | None, base: str | None) -> tuple[Template, Template]:
    if base is None:
        if old is None or new is None:
            raise WrongUseError(
                "two templates are needed", "pass OLD and NEW, or one template and --base REV"
            )
        return read_template(old), read_template(new)
    if new is not None:
        raise WrongUseError(
            "--base and two templates cannot be used together", "pass one template and --base REV"
        )
    if not base:
        # git would take it for the index.
        raise WrongUseError("invalid --base ''", "pass a git revision, such as main")
    path = chosen_template(old)
    return parse_template(_committed(path, base), name=f"{base}:{path}"), read_template(path)


def _committed(path: Path, revision: str) -> str:
    """Return a file of a git revision; raises WrongUseError."""
    git = which("git")
    if git is None:
        raise WrongUseError("--base needs git, which is not installed", "pass two templates")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise WrongUseError(f"{path} does not exist", "pass an existing template")
    found = subprocess.run(  # noqa: S603 - the revision cannot start with "-": it follows a value.
        [git, "-C", str(folder), "show", "--end-of-options", f"{revision}:./{path.name}"],
        capture_output=True,
        check=False,
    )
    if found.returncode:
        lines = found.stderr.decode(errors="replace").strip().splitlines()
        reason = lines[0].removeprefix("fatal: ") if lines else "git failed"
        raise WrongUseError(
            f"cannot read {path} of revision {revision!r}: {reason}",
            "pass a git revision that has the file, such as main",
        )
    return found.stdout.decode(errors="replace")


def _require_stateful(allowed: tuple[str, ...], found: Comparison) -> None:
    names = [it.logical_id for it in found.losses] + [it.logical_id for it in found.policies]
    losses = [*dict.fromkeys(names)]
    for name in allowed:
        if name not in losses:
            raise WrongUseError(
                f"--allow-replacement {name}: the update neither loses its data nor retains less",
                f"use one of: {', '.join(losses)}" if losses else "leave the option out",
            )
