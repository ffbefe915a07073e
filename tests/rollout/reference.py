"""Generates docs/commands.md from the commands.

python -m tests.rollout.reference writes the page again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from payment_templates.cli import main

PAGE = Path("docs/commands.md")


def write_reference(group: click.Group) -> str:
    """Describe every command and its options."""
    return "\n".join(_lines(group))


def _lines(group: click.Group) -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Generated from the commands by `python -m tests.rollout.reference`."
    yield ""
    yield from _paragraphs(group.help)
    for name, command in sorted(group.commands.items()):
        yield f"## {name}"
        yield ""
        yield from _paragraphs(command.help)
        if command.epilog:
            yield from _paragraphs(command.epilog)
        yield "| option | what it is | default |"
        yield "|---|---|---|"
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield _row(parameter)
        yield ""


def _paragraphs(text: str | None) -> Iterator[str]:
    for paragraph in (text or "").split("\n\n"):
        yield " ".join(paragraph.split())
        yield ""


def _row(option: click.Option) -> str:
    names = " / ".join((*option.opts, *option.secondary_opts))
    takes = "" if option.is_flag else f" {option.make_metavar(click.Context(main))}"
    default: Any = option.default
    shown = ""
    if isinstance(option.show_default, str):
        shown = option.show_default
    elif option.show_default:
        # Several values are a tuple, but a path is not a sequence.
        members: list[Any] = [*default] if option.multiple else [default]
        shown = ", ".join(f"`{member}`" for member in members)
    repeats = option.multiple and "repeat for more" not in (option.help or "")
    more = " May be given several times." if repeats else ""
    required = "**must be given**" if option.required else shown
    what = (option.help or "").replace("|", "\\|")
    return f"| `{names}{takes}` | {what}{more} | {required} |"


if __name__ == "__main__":
    PAGE.write_text(write_reference(main), encoding="utf-8")
