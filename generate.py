"""Write output/TapStack.json: the whole payment stack as one CloudFormation template."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

# A tenth of a second of work, all of whose objects live to the end: there is nothing to collect.
gc.disable()

from payment_templates import PROFILES, build_template  # noqa: E402 - importing is most of the work.
from payment_templates.rendering import MOST_BYTES, render  # noqa: E402 - as above.

OUTPUT = Path(__file__).parent / "output"


def main(arguments: list[str] | None = None) -> int:
    """Write or check the template of a profile: 0 done, 1 out of date, 2 wrong use."""
    chosen = _parse(arguments)
    output: Path = chosen.output or _default_output(chosen.profile)
    try:
        template = build_template(PROFILES[chosen.profile])
        text = render(template)
        if chosen.check:
            return _check(output, text, chosen.profile)
        _write(output, text)
    except OSError as error:
        return _refuse(f"cannot use {output}: {error.strerror}; give another file with --output")
    except UnicodeDecodeError:
        return _refuse(f"cannot use {output}: not a text file; give another file with --output")
    except ValueError as error:
        return _refuse(f"profile {chosen.profile}: {error}")
    _say(f"{output}: {len(template.resources)} resources, {len(text)} of {MOST_BYTES} bytes")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="generate.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--profile", choices=PROFILES, default="standard", help="what to build (default: standard)"
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="file (default: output/TapStack.json, output/TapStack.PROFILE.json if not standard)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 with a diff when the file is not what would be written",
    )
    return parser.parse_args(arguments)


def _default_output(profile: str) -> Path:
    # The file that is deployed as it is must not become another profile's unasked.
    return OUTPUT / ("TapStack.json" if profile == "standard" else f"TapStack.{profile}.json")


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


def _write(output: Path, text: str) -> None:
    if output.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    if output.exists() and not output.is_file():
        # A device or a pipe: to replace it would destroy it.
        output.write_text(text, encoding="utf-8")
    else:
        # Through a link, to what it names.
        _replace(output.resolve(), text)


def _replace(output: Path, text: str) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(None, f"{error.filename} is not a folder") from None
    # Beside the file, since only within one file system does a rename replace it at once.
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        if output.exists():
            draft.chmod(output.stat().st_mode)
        draft.replace(output)
    finally:
        with suppress(OSError):
            draft.unlink()


def _refuse(message: str) -> int:
    _complain(message)
    return 2


def _say(line: str) -> None:
    # Whoever reads may have heard enough, as `head` has.
    with suppress(BrokenPipeError):
        print(line, flush=True)  # noqa: T201 - a command line.


def _complain(message: str) -> None:
    print(f"generate.py: {message}", file=sys.stderr)  # noqa: T201 - as above.


if __name__ == "__main__":
    exit_code = main()
    # Nor has the interpreter to look through all of it once more on its way out.
    gc.freeze()
    sys.exit(exit_code)
