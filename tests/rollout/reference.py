"""Generates docs/commands.md from the commands.

python -m tests.rollout.reference writes the page again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from payment_templates.cli import main
from payment_templates.commands.help_texts import EXAMPLES, SECTIONS, json_keys
from payment_templates.exit_codes import MEANINGS

PAGE = Path("docs/commands.md")
# As in the README and the runbook.
_PROGRAM = "payment-stack"


def write_reference(group: click.Group) -> str:
    """Describe every command and its options."""
    return "\n".join(_lines(group))


def _lines(group: click.Group) -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Generated from the commands by `python -m tests.rollout.reference`. `payment-stack` is"
    yield "`.venv/bin/python -m payment_templates`, unless you [installed](library.md) it."
    yield ""
    yield from _paragraphs(group.help)
    yield "| exit code | when |"
    yield "|---|---|"
    yield from (f"| {code.value} | {what} |" for code, what in MEANINGS.items())
    yield ""
    for section, names in SECTIONS.items():
        yield f"## {section}"
        yield ""
        for name in names:
            yield f"### {name}"
            yield ""
            yield from _command(name, group.commands[name])


def _command(name: str, command: click.Command) -> Iterator[str]:
    yield from _paragraphs(command.help)
    yield f"```console\n$ {_PROGRAM} {EXAMPLES[name]}\n```"
    yield ""
    yield "| option | what it is | default |"
    yield "|---|---|---|"
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            what, default = _split(parameter.help)
            yield f"| `{parameter.make_metavar(click.Context(main))}` | {what} | {default} |"
        if isinstance(parameter, click.Option) and not parameter.hidden:
            yield _row(parameter)
    yield ""
    if keys := json_keys(name):
        yield "| key of `--json` | keys of each entry |"
        yield "|---|---|"
        yield from (f"| `{key}` | {parts} |" for key, parts in keys.items())
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
        shown = f"`{default}`"
    required = "**must be given**" if option.required else shown
    what, default = _split(option.help)
    return f"| `{names}{takes}` | {what} | {default or required} |"


def _split(text: str | None) -> tuple[str, str]:
    """Return what an option is, and its default where the text states it."""
    what, _, default = (text or "").replace("|", "\\|").partition("  [default: ")
    return what, default.removesuffix("]")


if __name__ == "__main__":
    PAGE.write_text(write_reference(main), encoding="utf-8")
