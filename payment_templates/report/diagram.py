"""Draws a stack as SVG: the regions side by side, the zones as columns, the tiers as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from payment_templates.evidence import Topology

# Pixels.
_ZONE_WIDTH, _GAP, _MARGIN = 124, 10, 16
_ROW_HEIGHT, _CHIP_HEIGHT = 26, 26
_REGION_TOP = 104
_STYLE = """
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .small { font-size: 11px; fill: #59636e; }
  .strong { font-weight: 600; }
  .region { fill: #f6f8fa; stroke: #d1d9e0; }
  .zone { fill: #ffffff; stroke: #d1d9e0; stroke-dasharray: 4 3; }
  .edge { fill: #ddf4ff; stroke: #54aeff; }
  .tasks { fill: #dafbe1; stroke: #4ac26b; }
  .database { fill: #fbefff; stroke: #c297ff; }
  .nat { fill: #fff8c5; stroke: #d4a72c; }
  .alerts { fill: #ffebe9; stroke: #ff8182; }
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
    .nat { fill: #272115; stroke: #9e6a03; }
    .alerts { fill: #25171c; stroke: #da3633; }
    .line { stroke: #9198a1; }
  }
"""


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


def draw(topologies: Iterable[Topology]) -> str:
    """Draw the same stack in each of its regions, the primary one first."""
    panels = [_Panel(topology) for topology in topologies]
    x = float(_MARGIN)
    boxes: list[_Box] = []
    for panel in panels:
        boxes.append(_Box(x=x, y=_REGION_TOP, width=panel.width, height=panel.height))
        x += panel.width + 2 * _GAP
    width = x - 2 * _GAP + _MARGIN
    height = _REGION_TOP + max(panel.height for panel in panels) + _MARGIN
    shapes = [*_entrance(panels, boxes, width)]
    for panel, box in zip(panels, boxes, strict=True):
        shapes += panel.draw(box)
    described = "; ".join(panel.description for panel in panels)
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
                f'width="{width:g}" height="{height:g}" role="img" aria-labelledby="title desc">'
            ),
            '<title id="title">The payment stack by region, zone and tier</title>',
            f'<desc id="desc">{escape(described)}</desc>',
            f"<style>{_STYLE}</style>",
            *shapes,
            "</svg>",
            "",
        ]
    )


def _entrance(panels: list[_Panel], boxes: list[_Box], width: float) -> Iterator[str]:
    """Draw the clients, the domain name, and its way to each region."""
    names = [panel.record for panel in panels]
    domain = next((name for name, _ in names if name), "")
    box = _Box(x=width / 2 - 170, y=_MARGIN, width=340, height=38)
    yield _rect(box, "edge")
    yield _text(box.middle, box.y + 16, f"clients → {domain or 'the load balancer'}", "strong")
    checks = next((panel.checks for panel in panels if panel.checks), "no failover")
    yield _text(box.middle, box.y + 31, checks, "small")
    for panel, target, (_, role) in zip(panels, boxes, names, strict=True):
        idle = "" if role in {"PRIMARY", ""} else " idle"
        yield (
            f'<path class="line{idle}" d="M {box.middle:g} {box.y + box.height:g} '
            f"C {box.middle:g} {target.y - 8:g} {target.middle:g} {box.y + box.height + 4:g} "
            f'{target.middle:g} {target.y:g}"/>'
        )
        yield _text(
            target.middle + (-8 if target.middle < box.middle else 8),
            target.y - 8,
            role or panel.region,
            "small",
            anchor="end" if target.middle < box.middle else "start",
        )


class _Panel:
    """One region: a column for each zone, a row for each tier."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.region = topology.stack.region
        self.zones = tuple(sorted(topology.zones))
        self.width = len(self.zones) * (_ZONE_WIDTH + _GAP) + _GAP
        self._cells = {zone: [*self._chips(zone)] for zone in self.zones}
        rows = max((len(chips) for chips in self._cells.values()), default=0)
        self._zone_height = 26 + rows * (_CHIP_HEIGHT + 6) + 4
        self.height = 34 + _ROW_HEIGHT + _GAP + self._zone_height + _GAP + 2 * _ROW_HEIGHT + _GAP

    @property
    def record(self) -> tuple[str, str]:
        """The name of the failover record, and its role; both empty where there is none."""
        for record in self.topology.records:
            if record.failover:
                return record.name, record.failover
        return "", ""

    @property
    def checks(self) -> str:
        """How often Route 53 checks the stack, empty where it does not."""
        for record in self.topology.records:
            check = record.health_check
            if check:
                return (
                    f"Route 53 checks every {check.interval_seconds:g} s, fails over after "
                    f"{check.failure_threshold}; TTL {record.ttl_seconds:g} s"
                )
        return ""

    @property
    def description(self) -> str:
        """The same as text."""
        zones = (
            f"{zone}: {', '.join(text for text, _ in self._cells[zone]) or 'nothing'}"
            for zone in self.zones
        )
        return f"{self.region}: {'; '.join(zones)}; {self._alerts}"

    def draw(self, box: _Box) -> Iterator[str]:
        """Draw the region into its box."""
        yield _rect(box, "region", radius=8)
        yield _text(box.x + _GAP, box.y + 20, self.region, "strong", anchor="start")
        y = box.y + 34
        if self.topology.load_balancers:
            bar = _Box(x=box.x + _GAP, y=y, width=self.width - 2 * _GAP, height=_ROW_HEIGHT)
            yield _rect(bar, "edge")
            yield _text(bar.middle, y + 17, self._entrances, "")
        y += _ROW_HEIGHT + _GAP
        for number, zone in enumerate(self.zones):
            x = box.x + _GAP + number * (_ZONE_WIDTH + _GAP)
            yield from self._draw_zone(
                zone, _Box(x=x, y=y, width=_ZONE_WIDTH, height=self._zone_height)
            )
        y += self._zone_height + _GAP
        bar = _Box(x=box.x + _GAP, y=y, width=self.width - 2 * _GAP, height=_ROW_HEIGHT)
        yield _rect(bar, "alerts")
        yield _text(bar.middle, y + 17, self._alerts, "")
        yield _text(bar.middle, y + _ROW_HEIGHT + 18, self._note, "small")

    def _draw_zone(self, zone: str, box: _Box) -> Iterator[str]:
        yield _rect(box, "zone")
        yield _text(box.x + 8, box.y + 17, zone, "small", anchor="start")
        for number, (text, kind) in enumerate(self._cells[zone]):
            chip = _Box(
                x=box.x + 6,
                y=box.y + 26 + number * (_CHIP_HEIGHT + 6),
                width=box.width - 12,
                height=_CHIP_HEIGHT,
            )
            yield _rect(chip, kind)
            yield _text(chip.middle, chip.y + 17, text, "")

    def _chips(self, zone: str) -> Iterator[tuple[str, str]]:
        """List what is in a zone, with the class of its colour."""
        tasks = sum(service.tasks_by_zone.get(zone, 0) for service in self.topology.services)
        if tasks:
            yield _count(range(tasks), "task"), "tasks"
        for database in self.topology.databases:
            writer = database.writer
            for instance in database.instances:
                if instance.zone == zone:
                    yield ("writer" if instance == writer else "reader"), "database"
        for gateway in self.topology.network.nat_gateways:
            if gateway.zone == zone:
                yield "NAT gateway", "nat"

    @property
    def _entrances(self) -> str:
        ports = sorted({listener.port for listener in self.topology.listeners})
        zones = quantity(len(self.zones), "zone")
        return f"load balancer in {zones}, port {' and '.join(map(str, ports))}"

    @property
    def _alerts(self) -> str:
        topics = self.topology.topics.values()
        addresses = {address for topic in topics for address in topic.subscribers}
        return (
            f"{_count(self.topology.alarms, 'alarm')}, "
            f"{_count(self.topology.event_paths, 'event source')} → SNS → "
            f"{_count(addresses, 'subscriber')}"
        )

    @property
    def _note(self) -> str:
        stack = self.topology.stack
        keys = f"{_count(stack.of_type('AWS::KMS::Key'), 'KMS key')} for data at rest"
        is_global = stack.of_type("AWS::RDS::GlobalCluster")
        return f"{keys}, {'global' if is_global else 'own'} database"


def _count(things: Collection[object], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _rect(box: _Box, kind: str, radius: int = 4) -> str:
    return (
        f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
        f'height="{box.height:g}" rx="{radius}"/>'
    )


def _text(x: float, y: float, text: str, kind: str, *, anchor: str = "middle") -> str:
    shown = f' class="{kind}"' if kind else ""
    return f'<text{shown} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'
