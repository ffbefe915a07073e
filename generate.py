"""Write output/TapStack.json: the whole payment stack as one CloudFormation template."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path

from payment_templates import PROFILES, build_template
from payment_templates.rendering import MOST_BYTES, TemplateLimitError, render

DEFAULT_OUTPUT = Path(__file__).resolve().parent / "output" / "TapStack.json"


def main(arguments: list[str] | None = None) -> int:
    """Write or check the template of a profile: 0 done, 1 out of date, 2 wrong use."""
    chosen = _parse(arguments)
    output: Path = chosen.output
    template = build_template(PROFILES[chosen.profile])
    try:
        text = render(template)
        if chosen.check:
            return _check(output, text, chosen.profile)
        _write_atomically(output, text)
    except TemplateLimitError as error:
        return _refuse(f"profile {chosen.profile}: {error}; choose a smaller one")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        return _refuse(f"cannot use {output}: {reason}; give another file with --output")
    _say(f"{output}: {len(template.resources)} resources, {len(text)} of {MOST_BYTES} bytes")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="generate.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--profile", choices=PROFILES, default="standard", help="what to build (default: standard)"
    )
    parser.add_argument(
        "--output", type=Path, default=DEFAULT_OUTPUT, help="file (default: output/TapStack.json)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 with a diff when the file is not what would be written",
    )
    return parser.parse_args(arguments)


def _check(output: Path, text: str, profile: str) -> int:
    written = output.read_text(encoding="utf-8") if output.exists() else ""
    if written == text:
        return 0
    import difflib  # noqa: PLC0415 - writing the template should not wait for it.

    diff = difflib.unified_diff(
        written.splitlines(), text.splitlines(), str(output), f"profile {profile}", lineterm=""
    )
    _say("\n".join(diff))
    _complain(f"{output} is not what the profile {profile} gives; write it anew without --check")
    return 1


def _write_atomically(output: Path, text: str) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    # Beside the file, since only within one file system does a rename replace it at once.
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(output)
    finally:
        with suppress(OSError):
            draft.unlink()


def _refuse(message: str) -> int:
    _complain(message)
    return 2


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command line.


def _complain(message: str) -> None:
    print(f"generate.py: {message}", file=sys.stderr)  # noqa: T201 - as above.


if __name__ == "__main__":
    sys.exit(main())
