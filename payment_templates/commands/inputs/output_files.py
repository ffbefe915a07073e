"""Refuses a file that an option names for the output and that cannot be written, and writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.commands.output.written_files import same_file, why_unwritable, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def require_writable(option: str, path: Path, read: Iterable[Path | None]) -> None:
    """Refuse a file that the command reads or that cannot be written, before any work."""
    hint = f"choose another file with {option}"
    if other := same_file(path, filter(None, read)):
        raise WrongUseError(f"{option} would overwrite {other}, which the command reads", hint)
    if reason := why_unwritable(path):
        raise WrongUseError(f"cannot write {path}: {reason}", hint)


def write_output(option: str, path: Path, text: str) -> None:
    """Write the whole file, or leave what was there; raises WrongUseError."""
    try:
        write_whole(path, text)
    except OSError as error:
        raise WrongUseError(
            f"cannot write {path}: {error.strerror}", f"choose another file with {option}"
        ) from error
