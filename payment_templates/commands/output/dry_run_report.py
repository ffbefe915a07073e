"""Reports the end of a dry run."""

from collections.abc import Mapping
from typing import Any

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.errors import wrong_use


def require_dry_run(*, dry_run: bool, exit_code: bool) -> None:
    """Raise RolloutError for --exit-code without --dry-run."""
    if exit_code and not dry_run:
        raise wrong_use("--exit-code needs --dry-run", "pass both, or leave --exit-code out")


def report_dry_run(
    tools: Tools, document: Mapping[str, Any], *, would_change: bool, exit_code: bool
) -> Result:
    """Say that nothing was changed; with --exit-code, the exit code says whether it would be."""
    said = "there are changes to deploy" if would_change else "there is nothing to change"
    tools.output.tell(f"dry run: {said}; nothing was changed")
    code = ExitCode.CHANGES if would_change and exit_code else ExitCode.DONE
    return Result(exit_code=code, document=document)
