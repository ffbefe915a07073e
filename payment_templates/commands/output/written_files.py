"""Writes files whole, and never over a file that the command has read."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file and the folders above it, or leave what was there; raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    if path.exists() and not path.is_file():
        # A device or a pipe: replacing it would destroy it.
        path.write_text(text, encoding="utf-8", newline="\n")
    else:
        # A link stays a link: its target is replaced.
        _replace(path.resolve(), text)


def why_unwritable(path: Path) -> str:
    """Return why a file cannot be written, whatever the permissions; empty if it can."""
    if str(path) == "-":
        return "it is no file: the standard output is /dev/stdout"
    # The folders below it are created. os.path: Path.exists raises an error for an overlong name.
    above = next(folder for folder in path.absolute().parents if os.path.exists(folder))  # noqa: PTH110
    if not above.is_dir():
        return f"{above} is not a folder"
    return "it is a folder" if os.path.isdir(path) else ""  # noqa: PTH112


def same_file(path: Path, others: Iterable[Path]) -> Path | None:
    """Return the one of the other files that a path leads to, also by a link; None if none is."""
    for other in others:
        with suppress(OSError):
            if path.resolve() == other.resolve() or path.samefile(other):
                return other
    return None


def _replace(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(None, f"{error.filename} is not a folder") from None
    # In the same folder: a rename is atomic only within one file system.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        if path.exists():
            draft.chmod(path.stat().st_mode)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink()
