"""Writes a picture of a stack as a Mermaid flowchart, which GitHub draws in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.report.picture.model import BALANCER, DATABASE, EGRESS, TASKS, TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.report.picture.model import Chip, Picture, RegionPicture


def to_mermaid(picture: Picture) -> str:
    """Return the flowchart: regions and zones as boxes, what crosses zones as lines."""
    return "\n".join([*_lines(picture), ""])


def _lines(picture: Picture) -> Iterator[str]:
    yield "flowchart TB"
    yield f"  clients([{_quoted(picture.clients)}])"
    for number, region in enumerate(picture.regions):
        yield from _region(region, number)
    for number, region in enumerate(picture.regions):
        if region in picture.reached:
            idle = bool(number) or region.role == "SECONDARY"
            label = f"|{_quoted(region.role)}|" if region.role else ""
            yield f"  clients {'-.->' if idle else '-->'}{label} entrance{number}"
        yield from (f"  {line}" for line in _links(region, number))


def _region(region: RegionPicture, number: int) -> Iterator[str]:
    yield f"  subgraph region{number} [{_quoted(region.name)}]"
    yield f"    entrance{number}[{_quoted(region.entrance)}]"
    for place, zone in enumerate(region.zones):
        yield f"    subgraph zone{number}_{place} [{_quoted(zone.name)}]"
        for tier in TIERS:
            if tier == BALANCER:
                # The entrance has them all.
                continue
            for count, chip in enumerate(zone.of_tier(tier)):
                if not chip.is_path:
                    single = ", single" if chip.single else ""
                    name = _node(number, place, tier, count)
                    yield f"      {name}[{_quoted(chip.text + single)}]"
        yield "    end"
    yield f"    alerts{number}[{_quoted(region.alerts)}]"
    yield "  end"


def _links(region: RegionPicture, number: int) -> Iterator[str]:
    """Yield requests to tasks, queries to the writer, and egress through other zones."""
    nodes = dict(_nodes(region, number))
    writers = [name for name, chip in nodes.items() if chip.text == "writer"]
    gateways = {
        it: name for name, chip in nodes.items() if chip.tier == EGRESS for it in chip.names
    }
    for place, zone in enumerate(region.zones):
        for count, _ in enumerate(zone.of_tier(TASKS)):
            tasks = _node(number, place, TASKS, count)
            yield f"entrance{number} --> {tasks}"
            yield from (f"{tasks} --> {writer}" for writer in writers)
            for chip in zone.of_tier(EGRESS):
                yield from (
                    f"{tasks} -.->|egress| {gateways[it]}" for it in chip.names if it in gateways
                )


def _nodes(region: RegionPicture, number: int) -> Iterator[tuple[str, Chip]]:
    for place, zone in enumerate(region.zones):
        for tier in (TASKS, DATABASE, EGRESS):
            for count, chip in enumerate(zone.of_tier(tier)):
                if not chip.is_path:
                    yield _node(number, place, tier, count), chip


def _node(number: int, place: int, tier: str, count: int) -> str:
    return f"{tier}{number}_{place}_{count}"


def _quoted(text: str) -> str:
    """Return a label; Mermaid writes a quotation mark as an entity."""
    return '"' + text.replace("&", "#amp;").replace('"', "#quot;").replace("\n", " ") + '"'
