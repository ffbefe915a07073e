"""Renders the page: one file that needs no network, no server and no other file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from payment_templates.report.page.comparison_view import comparison
from payment_templates.report.page.incident_data import incident_data
from payment_templates.report.page.view import regions_of, view_of
from payment_templates.report.picture.svg import draw_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.report.page.findings import Findings

_ASSETS = Path(__file__).parent / "assets"
_TONES = (
    ("broken", "broken"),
    ("unknown", "unknown"),
    ("conditional", "conditional"),
    ("kept", "kept"),
    ("none", "not applicable"),
)


def render(sides: Sequence[Findings], *, seed: int, runs: int) -> str:
    """Return the page of one template, or of two side by side."""
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    views = [
        {**view_of(side), "regions": regions_of(side), "svg": _svg(side, number)}
        for number, side in enumerate(sides)
    ]
    return environment.get_template("page.html.j2").render(
        title=" and ".join(side.name for side in sides),
        sides=views,
        comparison=comparison(*sides) if len(sides) > 1 else None,
        tones=_TONES,
        seed=seed,
        runs=f"{runs:,}",
        css=_asset("page.css"),
        script=_asset("page.js"),
        data=_json([incident_data(side) for side in sides]),
    )


def _svg(side: Findings, number: int) -> Markup:
    # The picture escapes every text of the template itself.
    return Markup(draw_inline(side.picture, prefix=f"picture{number}"))  # noqa: S704


def _asset(name: str) -> Markup:
    # Our own files, which have nothing of a template.
    return Markup((_ASSETS / name).read_text(encoding="utf-8"))  # noqa: S704


def _json(data: object) -> Markup:
    """Return JSON for a script element, which a text of the template cannot end."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))  # noqa: S704
