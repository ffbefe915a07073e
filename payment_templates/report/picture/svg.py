"""Draws a picture of a stack as SVG, readable in light and dark, and the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from payment_templates.report.picture.model import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.report.picture.model import Chip, Picture, RegionPicture, ZonePicture

# Pixels.
_ZONE_WIDTH, _GAP, _MARGIN = 150, 10, 16
_BAR_HEIGHT, _CHIP_HEIGHT, _CHIP_GAP, _ZONE_HEADER = 26, 26, 6, 26
_CLIENTS_WIDTH, _CLIENTS_HEIGHT = 340, 38
_REGION_TOP, _REGION_HEADER = 104, 34
_NARROWEST = 2
_STYLE = """
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .small { font-size: 11px; fill: #59636e; }
  .strong { font-weight: 600; }
  .region { fill: #f6f8fa; stroke: #d1d9e0; }
  .zone { fill: #ffffff; stroke: #d1d9e0; stroke-dasharray: 4 3; }
  .edge { fill: #ddf4ff; stroke: #54aeff; }
  .tasks { fill: #dafbe1; stroke: #4ac26b; }
  .database { fill: #fbefff; stroke: #c297ff; }
  .egress { fill: #fff8c5; stroke: #d4a72c; }
  .alerts { fill: #d9f7f4; stroke: #2aa39a; }
  .path { fill: none; stroke-dasharray: 3 3; }
  .single { stroke-width: 2.5; }
  .line { stroke: #59636e; fill: none; }
  .idle { stroke-dasharray: 5 4; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    .region { fill: #151b23; stroke: #3d444d; }
    .zone { fill: #0d1117; stroke: #3d444d; }
    .edge { fill: #121d2f; stroke: #388bfd; }
    .tasks { fill: #12261e; stroke: #2ea043; }
    .database { fill: #271052; stroke: #986ee2; }
    .egress { fill: #272115; stroke: #9e6a03; }
    .alerts { fill: #0d2a2c; stroke: #2c8f8a; }
    .path { fill: none; }
    .line { stroke: #9198a1; }
  }
"""
_CLASSES = {"load balancer": "edge", "tasks": "tasks", "database": "database", "egress": "egress"}


@dataclass(frozen=True, kw_only=True)
class _Box:
    """A rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def draw(picture: Picture) -> str:
    """Draw the picture as a file of its own."""
    return f"{_drawn(picture, prefix='', style=f'<style>{_STYLE}</style>')}\n"


def draw_inline(picture: Picture, *, prefix: str) -> str:
    """Draw the picture as a part of a page, which has the styles; `prefix` makes the IDs unique."""
    return _drawn(picture, prefix=f"{prefix}-", style="")


def _drawn(picture: Picture, *, prefix: str, style: str) -> str:
    size = _size(picture)
    described = "; ".join(region.description for region in picture.regions)
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width:g} '
            f'{size.height:g}" width="{size.width:g}" height="{size.height:g}" role="img" '
            f'aria-labelledby="{prefix}title {prefix}desc">'
        ),
        f'<title id="{prefix}title">The payment stack by region, zone and tier</title>',
        f'<desc id="{prefix}desc">{escape(described)}</desc>',
        style,
        *_shapes(picture),
        "</svg>",
    ]
    return "\n".join(filter(None, lines))


def _size(picture: Picture) -> _Box:
    boxes = _boxes(picture)
    width = boxes[-1].x + boxes[-1].width + _MARGIN
    height = _REGION_TOP + max(box.height for box in boxes) + _MARGIN
    return _Box(x=0, y=0, width=width, height=height)


def _boxes(picture: Picture) -> list[_Box]:
    """Return the place of each region, from left to right."""
    x = float(_MARGIN)
    boxes: list[_Box] = []
    for region in picture.regions:
        columns = max(len(region.zones), _NARROWEST)
        width = columns * (_ZONE_WIDTH + _GAP) + _GAP
        height = _REGION_HEADER + 2 * (_BAR_HEIGHT + _GAP) + _zone_height(region) + 36
        boxes.append(_Box(x=x, y=_REGION_TOP, width=width, height=height))
        x += width + 2 * _GAP
    return boxes


def _rows(region: RegionPicture) -> dict[str, int]:
    """Return how many chips each tier needs below each other, in the zone with most of them."""
    found = {
        tier: max((len(zone.of_tier(tier)) for zone in region.zones), default=0) for tier in TIERS
    }
    return {tier: count for tier, count in found.items() if count}


def _zone_height(region: RegionPicture) -> float:
    return _ZONE_HEADER + sum(_rows(region).values()) * (_CHIP_HEIGHT + _CHIP_GAP) + 4


def _shapes(picture: Picture) -> Iterator[str]:
    boxes = _boxes(picture)
    width = _size(picture).width
    clients = _Box(
        x=width / 2 - _CLIENTS_WIDTH / 2, y=_MARGIN, width=_CLIENTS_WIDTH, height=_CLIENTS_HEIGHT
    )
    yield _rect(clients, "edge")
    yield _text(clients.middle, clients.y + 16, picture.clients, "strong")
    yield _text(clients.middle, clients.y + 31, picture.checks, "small")
    for number, (region, box) in enumerate(zip(picture.regions, boxes, strict=True)):
        if region in picture.reached:
            yield from _way(clients, box, region, idle=bool(number) or region.role == "SECONDARY")
    for region, box in zip(picture.regions, boxes, strict=True):
        yield from _region(region, box)


def _way(clients: _Box, target: _Box, region: RegionPicture, *, idle: bool) -> Iterator[str]:
    kind = "line idle" if idle else "line"
    low = clients.y + clients.height
    yield (
        f'<path class="{kind}" d="M {clients.middle:g} {low:g} '
        f"C {clients.middle:g} {target.y - 8:g} {target.middle:g} {low + 4:g} "
        f'{target.middle:g} {target.y:g}"/>'
    )
    left = target.middle < clients.middle
    yield _text(
        target.middle + (-8 if left else 8),
        target.y - 8,
        region.role or region.name,
        "small",
        anchor="end" if left else "start",
    )


def _region(region: RegionPicture, box: _Box) -> Iterator[str]:
    yield f"<g data-region={quoteattr(region.name)}>"
    yield _rect(box, "region", radius=8)
    yield _text(box.x + _GAP, box.y + 20, region.name, "strong", anchor="start")
    y = box.y + _REGION_HEADER
    yield from _bar(box, y, "edge", region.entrance, region.entrance_id)
    y += _BAR_HEIGHT + _GAP
    for number, zone in enumerate(region.zones):
        x = box.x + _GAP + number * (_ZONE_WIDTH + _GAP)
        place = _Box(x=x, y=y, width=_ZONE_WIDTH, height=_zone_height(region))
        yield from _zone(zone, place, _rows(region))
    y += _zone_height(region) + _GAP
    yield from _bar(box, y, "alerts", region.alerts, region.alerts_id)
    note = f"unknown: {region.unknown[0]}" if region.unknown else region.note
    yield _text(box.middle, y + _BAR_HEIGHT + 18, _cut(note, box.width), "small")
    yield "</g>"


def _bar(box: _Box, y: float, kind: str, text: str, bar_id: str) -> Iterator[str]:
    yield f"<g data-bar={quoteattr(bar_id)}>"
    bar = _Box(x=box.x + _GAP, y=y, width=box.width - 2 * _GAP, height=_BAR_HEIGHT)
    yield _rect(bar, kind)
    yield _text(bar.middle, y + 17, _cut(text, bar.width), "")
    yield "</g>"


def _zone(zone: ZonePicture, box: _Box, rows: dict[str, int]) -> Iterator[str]:
    yield f"<g data-zone={quoteattr(zone.name)}>"
    yield _rect(box, "zone")
    yield _text(box.x + 8, box.y + 17, zone.name, "small", anchor="start")
    y = box.y + _ZONE_HEADER
    for tier, count in rows.items():
        for number, chip in enumerate(zone.of_tier(tier)):
            place = _Box(
                x=box.x + 6,
                y=y + number * (_CHIP_HEIGHT + _CHIP_GAP),
                width=box.width - 12,
                height=_CHIP_HEIGHT,
            )
            yield from _chip(chip, place)
        y += count * (_CHIP_HEIGHT + _CHIP_GAP)
    yield "</g>"


def _chip(chip: Chip, box: _Box) -> Iterator[str]:
    kinds = [_CLASSES[chip.tier], *(["path"] if chip.is_path else [])]
    kinds += ["single"] if chip.single else []
    yield f"<g data-chip={quoteattr(chip.id)}>"
    yield f"<title>{escape(', '.join(chip.names))}</title>"
    yield _rect(box, " ".join(kinds))
    text = f"{chip.text}, single" if chip.single else chip.text
    yield _text(box.middle, box.y + 17, _cut(text, box.width), "small" if chip.is_path else "")
    yield "</g>"


def _cut(text: str, width: float) -> str:
    """Shorten a text that would not fit, at about 6.2 pixels a character."""
    most = int(width / 6.2)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _rect(box: _Box, kind: str, radius: int = 4) -> str:
    return (
        f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
        f'height="{box.height:g}" rx="{radius}"/>'
    )


def _text(x: float, y: float, text: str, kind: str, *, anchor: str = "middle") -> str:
    shown = f' class="{kind}"' if kind else ""
    return f'<text{shown} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'
