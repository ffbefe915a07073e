"""The picture of the stack shows what the template says."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from payment_templates import PROFILES, Options, build_template, render
from payment_templates.cloudformation import parse_template
from payment_templates.evidence import topology_of
from payment_templates.report.diagram import draw

if TYPE_CHECKING:
    from payment_templates.evidence import Topology

_DOMAIN = {"DomainName": "pay.example.com", "HostedZoneId": "Z0EXAMPLE"}
_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/example"
_SVG = "{http://www.w3.org/2000/svg}"


def _topology(options: Options, **parameters: str) -> Topology:
    template = parse_template(render(build_template(options)))
    given = {"EnvironmentSuffix": "dev", "AlertEmail": "on-call@example.com", **parameters}
    return topology_of(template, region="us-east-1", parameters=given)


def _texts(*topologies: Topology) -> list[str]:
    root = fromstring(draw(topologies))  # noqa: S314 - our own text
    return [element.text or "" for element in root.iter(f"{_SVG}text")]


def test_picture_shows_every_zone_task_and_instance() -> None:
    texts = _texts(_topology(PROFILES["standard"]))

    assert {"us-east-1a", "us-east-1b", "us-east-1c"} <= set(texts)
    assert texts.count("2 tasks") == 3
    assert texts.count("writer") == 1
    assert texts.count("reader") == 2


@pytest.mark.parametrize(("profile", "gateways"), [("standard", 1), ("production", 3)])
def test_picture_shows_every_nat_gateway(profile: str, gateways: int) -> None:
    texts = _texts(_topology(PROFILES[profile], CertificateArn=_CERTIFICATE))

    assert texts.count("NAT gateway") == gateways


def test_picture_shows_which_region_is_primary() -> None:
    topology = _topology(PROFILES["standard"], **_DOMAIN)
    counterpart = topology.counterpart
    assert counterpart

    texts = _texts(topology, counterpart)

    assert {"PRIMARY", "SECONDARY"} <= set(texts)
    assert "clients → pay.example.com" in texts


def test_picture_of_more_zones_has_more_columns() -> None:
    texts = _texts(_topology(Options(zones=4, tasks=8)))

    assert "us-east-1d" in texts
