"""The picture of the stack shows what the template says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import CliRunner

from payment_templates import PROFILES, Options, build_template, render
from payment_templates.cli import main
from payment_templates.cloudformation import parse_template, template_of
from payment_templates.evidence import regional_topologies, topology_of
from payment_templates.report.picture.mermaid import to_mermaid
from payment_templates.report.picture.reading import read_picture
from payment_templates.report.picture.svg import draw
from tests.cloudformation.templates import PRODUCT, VPC, product
from tests.evidence.changes import changed, put

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from payment_templates.evidence import Topology
    from payment_templates.report.picture.model import Picture
    from tests.evidence.changes import Json

_DOMAIN = {"DomainName": "pay.example.com", "HostedZoneId": "Z0EXAMPLE"}
_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/example"
_SVG = "{http://www.w3.org/2000/svg}"


def _topology(options: Options, **parameters: str) -> Topology:
    template = parse_template(render(build_template(options)))
    given = {"EnvironmentSuffix": "dev", "AlertEmail": "on-call@example.com", **parameters}
    return topology_of(template, region="us-east-1", parameters=given)


def _texts(*topologies: Topology) -> list[str]:
    root = fromstring(draw(read_picture(topologies)))  # noqa: S314 - our own text
    return [element.text or "" for element in root.iter(f"{_SVG}text")]


def test_picture_shows_every_zone_task_and_instance() -> None:
    texts = _texts(_topology(PROFILES["standard"]))

    assert {"us-east-1a", "us-east-1b", "us-east-1c"} <= set(texts)
    assert texts.count("2 tasks") == 3
    assert texts.count("load balancer node") == 3
    assert texts.count("writer") == 1
    assert texts.count("reader") == 2


@pytest.mark.parametrize(("profile", "gateways"), [("standard", 1), ("production", 3)])
def test_picture_shows_every_nat_gateway(profile: str, gateways: int) -> None:
    texts = _texts(_topology(PROFILES[profile], CertificateArn=_CERTIFICATE))

    assert sum(text.startswith("NAT gateway") for text in texts) == gateways


def test_gateway_that_other_zones_need_is_marked_as_single() -> None:
    texts = _texts(_topology(PROFILES["standard"]))

    assert texts.count("NAT gateway, single") == 1
    assert texts.count("NAT in us-east-1a") == 2


def test_gateway_of_each_zone_is_not_single() -> None:
    texts = _texts(_topology(PROFILES["production"], CertificateArn=_CERTIFICATE))

    assert not any("single" in text or text.startswith("NAT in") for text in texts)


def test_picture_shows_which_region_is_primary() -> None:
    topology = _topology(PROFILES["standard"], **_DOMAIN)
    counterpart = topology.counterpart
    assert counterpart

    texts = _texts(topology, counterpart)

    assert {"PRIMARY", "SECONDARY"} <= set(texts)
    assert "clients → pay.example.com" in texts


@pytest.mark.parametrize(("parameters", "reached"), [({}, 1), (_DOMAIN, 2)])
def test_clients_reach_the_second_region_only_by_failover(
    parameters: dict[str, str], reached: int
) -> None:
    topology = _topology(PROFILES["standard"], **parameters)
    assert topology.counterpart
    picture = read_picture((topology, topology.counterpart))

    assert draw(picture).count('<path class="line') == reached
    assert to_mermaid(picture).count("  clients -") == reached


def test_picture_of_more_zones_has_more_columns() -> None:
    texts = _texts(_topology(Options(zones=4, tasks=8)))

    assert "us-east-1d" in texts


def _picture(document: Json) -> Picture:
    return read_picture(
        regional_topologies(template_of(document), regions=("us-east-1",), parameters={})
    )


def test_value_that_the_template_does_not_decide_is_named() -> None:
    unknown = put("Service.Properties.DesiredCount", {"Fn::ImportValue": "tasks"})
    picture = _picture(changed(product(), unknown))

    (region,) = picture.regions
    assert "DesiredCount" in region.unknown[0]
    assert "unknown: Resources.Service.Properties.DesiredCount" in draw(picture)


def test_second_region_of_a_global_database_has_replicas() -> None:
    joins = put("DatabaseCluster.Properties.GlobalClusterIdentifier", "payments")

    (region,) = _picture(changed(product(), joins)).regions

    texts = [chip.text for zone in region.zones for chip in zone.of_tier("database")]
    assert texts == ["replica"] * 3
    assert region.note.endswith("global database")


def test_template_without_zones_has_a_picture() -> None:
    root = fromstring(draw(_picture({"Resources": {"Vpc": VPC}})))  # noqa: S314 - our own text

    assert "no load balancer" in [element.text for element in root.iter(f"{_SVG}text")]


def test_mermaid_shows_what_crosses_zones() -> None:
    lines = to_mermaid(_picture(product())).splitlines()

    # The zones are numbered: the tasks of the second one use the gateway in the first.
    assert "  tasks0_1_0 -.->|egress| egress0_0_0" in lines
    assert '      egress0_0_0["NAT gateway, single"]' in lines


def test_mermaid_names_only_nodes_that_it_defines() -> None:
    text = to_mermaid(read_picture([_topology(PROFILES["standard"], **_DOMAIN)]))

    defined = set(re.findall(r"^ *(\w+)[(\[]", text, flags=re.MULTILINE))
    linked = re.findall(r"^ *(\w+) -\.?->(?:\|[^|]*\|)? (\w+)$", text, flags=re.MULTILINE)
    assert linked
    assert {name for link in linked for name in link} <= defined


def test_mermaid_label_cannot_end_early() -> None:
    picture = _picture(product())

    text = to_mermaid(type(picture)(clients='a "b" & c', checks="", regions=picture.regions))

    assert 'clients(["a #quot;b#quot; #amp; c"])' in text


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diagram", *arguments])


@pytest.mark.parametrize("kind", ["svg", "mermaid"])
def test_command_prints_the_same_every_time(kind: str) -> None:
    first, second = (_run(str(PRODUCT), "--format", kind) for _ in range(2))

    assert first.exit_code == 0
    assert first.output == second.output
    assert "us-west-2c" in first.output


def test_file_is_written_and_checked(tmp_path: Path) -> None:
    picture = tmp_path / "stack.svg"
    template = tmp_path / "stack.json"
    template.write_text(json.dumps(product()))
    arguments = (str(template), "--output", str(picture))

    assert _run(*arguments).exit_code == 0
    assert _run(*arguments, "--check").exit_code == 0

    template.write_text(json.dumps(changed(product(), put("Service.Properties.DesiredCount", 9))))
    outdated = _run(*arguments, "--check")
    assert outdated.exit_code == 1
    assert f"error: {picture} is out of date" in outdated.output


def test_missing_picture_is_out_of_date(tmp_path: Path) -> None:
    picture = tmp_path / "missing.svg"

    found = _run(str(PRODUCT), "--check", "--output", str(picture))

    assert found.exit_code == 1
    assert f"error: {picture} does not exist\nhint: run the same command without" in found.output


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--check"], "--check needs the file to check"),
        (["--format", "png"], "invalid --format 'png'"),
        (["--region", "eu-9"], "unknown region 'eu-9'"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], problem: str) -> None:
    found = _run(str(PRODUCT), *arguments)

    assert found.exit_code == 2
    assert problem in found.output
