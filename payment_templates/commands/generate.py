"""Runs the generate command, also as generate.py: writes the template or checks the file."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from payment_templates.commands.output.error_messages import (
    NAME_OPTIONS,
    PROFILE_AND_OPTIONS,
    cannot_read,
    print_error,
)
from payment_templates.commands.output.written_files import same_file, why_unwritable, write_whole
from payment_templates.exit_codes import ExitCode
from payment_templates.options import STANDARD_NAME, OptionsError
from payment_templates.profiles import parse_options, profile_named, template_name
from payment_templates.quantity import quantity
from payment_templates.rendering import MOST_BYTES_INLINE, TemplateLimitError, render
from payment_templates.stack import build_template

if TYPE_CHECKING:
    from pathlib import Path

    from troposphere import Template

    from payment_templates.options import Options

_OTHER_OUTPUT = "choose another file with --output"


class _RefusedError(Exception):
    """A usage error, with the next step."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


def generate(
    folder: Path,
    *,
    profile: str | None = None,
    options_file: Path | None = None,
    output: Path | None = None,
    check: bool = False,
) -> int:
    """Write or check the template of a profile or of an options file.

    Without `output`, the file is in `folder`. Returns 0 done, 1 out of date, 2 wrong use.
    """
    try:
        source = _source(profile, options_file)
        template, text = _built(source, options_file)
        name = template_name(
            profile=profile, options_name=options_file.stem if options_file else None
        )
        _require_name(options_file, output)
        path = output or folder / name
        _require_usable(path, options_file, verb="read" if check else "write")
        if check:
            return _check(path, text, source)
        _write(path, text)
    except _RefusedError as error:
        print_error(str(error), error.hint)
        return ExitCode.WRONG_USE
    resources = quantity(len(template.resources), "resource")
    _say(f"{path}: {resources}, {_size(len(text.encode()))}")
    return ExitCode.DONE


def _require_usable(path: Path, options_file: Path | None, *, verb: str) -> None:
    if options_file and same_file(path, [options_file]):
        raise _RefusedError(
            f"--output would overwrite {options_file}, which the command reads",
            _OTHER_OUTPUT,
        )
    if reason := why_unwritable(path):
        raise _RefusedError(f"cannot {verb} {path}: {reason}", _OTHER_OUTPUT)


def _require_name(options_file: Path | None, output: Path | None) -> None:
    # The name of /dev/null, or of a pipe such as /dev/fd/63, is not that of a template.
    if options_file and output is None and not options_file.is_file():
        raise _RefusedError(
            f"--options {options_file} is not a file that the template can be named after",
            "pass --output FILE",
        )


def _size(size: int) -> str:
    if size <= MOST_BYTES_INLINE:
        return f"{size} of {MOST_BYTES_INLINE} bytes"
    return f"{size} bytes, deployed through S3: a request accepts {MOST_BYTES_INLINE}"


def _source(profile: str | None, options_file: Path | None) -> str:
    if profile is not None and options_file:
        raise _RefusedError(*PROFILE_AND_OPTIONS)
    return str(options_file or (STANDARD_NAME if profile is None else profile))


def _built(source: str, options_file: Path | None) -> tuple[Template, str]:
    place = f"{source}: " if options_file else ""
    try:
        options = _options(options_file) if options_file else profile_named(source)
        template = build_template(options)
        return template, render(template)
    except (OptionsError, TemplateLimitError) as error:
        raise _RefusedError(f"{place}{error}", error.hint) from None
    except ValueError as error:
        raise _RefusedError(f"{place}{error}") from None


def _options(path: Path) -> Options:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _RefusedError(cannot_read(path, error), NAME_OPTIONS) from None
    return parse_options(text)


def _check(path: Path, text: str, name: str) -> int:
    try:
        written = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise _RefusedError(cannot_read(path, error), _OTHER_OUTPUT) from None
    if written == text:
        return ExitCode.DONE
    if not path.exists():
        print_error(f"{path} does not exist", "run this command again without --check")
        return ExitCode.FAILED
    import difflib  # noqa: PLC0415 - only an outdated file needs it.

    diff = difflib.unified_diff(
        written.splitlines(), text.splitlines(), str(path), name, lineterm=""
    )
    _say("\n".join(diff))
    print_error(f"{path} is out of date for {name}", "run this command again without --check")
    return ExitCode.FAILED


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise _RefusedError(f"cannot write {path}: {error.strerror}", _OTHER_OUTPUT) from None


def _say(line: str) -> None:
    # The reader may have closed the pipe already, as `head` does.
    with suppress(BrokenPipeError):
        print(line, flush=True)  # noqa: T201 - a command line.
