"""The commands besides generate.py: one thin function for each, which says what it takes.

Only the command that runs loads what it needs, so that each starts at once.
"""

# ruff: noqa: PLC0415 - see above.

from __future__ import annotations

from pathlib import Path

import click

TEMPLATE = Path("output/TapStack.json")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Prove and rehearse the payment stack.

    Exit codes: 0 done, 1 broken or failed, 2 wrong use, 130 interrupted.
    """


@main.command()
@click.argument("template", type=click.Path(path_type=Path), default=TEMPLATE)
@click.option("--region", default="us-east-1", show_default=True, help="Region to examine it in.")
@click.option("--parameter", "pairs", multiple=True, metavar="KEY=VALUE", help="Fix a parameter.")
@click.option("--profile", default="standard", help="Whose accepted exceptions count.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit report there too.")
@click.option("--explain", metavar="CLAIM", help="Write one claim, its arithmetic and sources.")
@click.option("--summary", is_flag=True, help="Write one line.")
def evidence(
    *,
    template: Path,
    region: str,
    pairs: tuple[str, ...],
    profile: str,
    as_json: bool,
    junit: Path | None,
    explain: str | None,
    summary: bool,
) -> None:
    """Say for every promise whether TEMPLATE keeps it."""
    from payment_templates.commands.evidence import show_evidence

    show_evidence(
        template,
        region=region,
        pairs=pairs,
        profile=profile,
        as_json=as_json,
        junit=junit,
        explain=explain,
        summary=summary,
    )


@main.command()
@click.argument(
    "template", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=TEMPLATE
)
@click.option("--keep", is_flag=True, help="Leave the AWS running until Ctrl-C, to look around.")
def rehearse(template: Path, *, keep: bool) -> None:
    """Deploy TEMPLATE to two regions of an AWS on loopback, test both, delete both."""
    from payment_templates.commands.rehearse import show_rehearsal

    show_rehearsal(template, keep=keep)
