"""Lays out the help: commands in sections, exit codes, JSON keys and an example of each command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from payment_templates.commands.inputs.command import Command
from payment_templates.commands.output.json_documents import JSON_KEYS, OFFLINE_JSON_KEYS
from payment_templates.exit_codes import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

# In the order in which a stack needs them.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Write and examine": (
        *("generate", "evidence", "compliance", "cost", "diagram", "report", "diff"),
    ),
    "Before you deploy": ("rehearse", "policy", "preflight"),
    "Deploy": ("deploy", "rollout"),
    "Operate": ("status", "verify", "drift", "switchover", "failover"),
    "Delete": ("destroy",),
}
# What follows `payment-stack`.
EXAMPLES: Mapping[str, str] = {
    "generate": "generate --profile production",
    "evidence": "evidence --explain survives-zone-loss",
    "compliance": "compliance --profile production --csv",
    "cost": "cost --requests-per-second 50 --storage-gb 200",
    "diagram": "diagram --output stack.svg",
    "report": "report --profile production --output report.html",
    "diff": "diff --base main --markdown",
    "rehearse": "rehearse --keep",
    "policy": "policy --for service-role --suffix dev-001",
    "preflight": "preflight --suffix dev-001 --parameter AlertEmail=on-call@example.com",
    "deploy": "deploy --suffix dev-001 --parameter AlertEmail=on-call@example.com --dry-run",
    "rollout": "rollout --suffix dev-001 --region us-east-1 --region us-west-2 --create-roles "
    "--parameter AlertEmail=on-call@example.com",
    "status": "status --suffix dev-001 --watch",
    "verify": "verify --suffix dev-001 --region us-east-1",
    "drift": "drift --suffix dev-001",
    "switchover": "switchover --suffix prod-001 --to us-west-2",
    "failover": "failover --suffix prod-001 --to us-west-2 --allow-data-loss",
    "destroy": "destroy --suffix dev-001",
}


def json_keys(command: str) -> Mapping[str, str]:
    """Return the keys of a command's JSON document, each with the keys of its entries."""
    return JSON_KEYS.get(command) or OFFLINE_JSON_KEYS.get(command) or {}


class DescribedCommand(Command):
    """A command whose help ends with its JSON keys and an example."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the end of the help."""
        super().format_epilog(ctx, formatter)
        if keys := json_keys(self.name or ""):
            with formatter.section("JSON"):
                formatter.write_dl([*keys.items()])
        with formatter.section("Example"):
            formatter.write_text(f"payment-stack {EXAMPLES[self.name or '']}")


class SectionedGroup(click.Group):
    """A group whose help shows the commands in sections, and the exit codes."""

    command_class = DescribedCommand

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section of commands."""
        widest = max(map(len, self.commands))
        for title, names in SECTIONS.items():
            found = [command for name in names if (command := self.get_command(ctx, name))]
            rows = [
                (f"{command.name:{widest}}", command.get_short_help_str(formatter.width))
                for command in found
            ]
            with formatter.section(title):
                formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes, then the end of the help."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code.value), what) for code, what in MEANINGS.items()])
        super().format_epilog(ctx, formatter)
