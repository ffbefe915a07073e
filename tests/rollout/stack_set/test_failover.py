"""The failover records of two regions: one primary, one secondary."""

from pathlib import Path
from typing import Any

import pytest

from tests.rollout.running import EAST, Commands

_TEMPLATE = Path(__file__).parents[1] / "templates" / "failover.json"
_REGIONS = ("--region", "eu-west-1", "--region", "eu-central-1")
_PRIMARY = ("--parameter", "PrimaryRegion=eu-central-1")
_BOTH = "would be SECONDARY in eu-west-1 and eu-central-1"


@pytest.mark.parametrize(
    "primary",
    [
        pytest.param((), id="the default"),
        pytest.param(("--parameter", "PrimaryRegion=us-west-2"), id="another region"),
    ],
)
def test_primary_region_that_is_none_of_the_regions_is_refused(
    commands: Commands, primary: tuple[str, ...]
) -> None:
    (one,) = _refused(commands, *_domain(commands), *primary, *_REGIONS)

    assert one["what"].startswith(f"the CNAME record of pay.example.com {_BOTH}: Route 53 accepts")
    assert "PrimaryRegion=eu-west-1 (or eu-central-1)" in one["remediation"]


@pytest.mark.parametrize(
    "values",
    [pytest.param(_PRIMARY, id="primary region"), pytest.param((), id="no domain")],
)
def test_records_of_different_roles_are_accepted(
    commands: Commands, values: tuple[str, ...]
) -> None:
    domain = _domain(commands) if values else _domain(commands)[:2]

    assert _refused(commands, *domain, *values, *_REGIONS) == []


def test_third_region_of_a_domain_is_refused(commands: Commands) -> None:
    (refused,) = _refused(commands, *_domain(commands), "--region", EAST, *_REGIONS)

    assert _BOTH in refused["what"]
    assert "use the domain in two regions only" in refused["remediation"]


def test_two_primary_records_are_refused(commands: Commands) -> None:
    domain = (*_domain(commands), *_PRIMARY)

    result = commands.rollout(
        *(*domain, *_REGIONS, "--override", "eu-west-1:PrimaryRegion=eu-west-1"),
        template=_TEMPLATE,
        preflight=True,
    )

    assert result.exit_code == 3
    assert "would be PRIMARY in eu-west-1 and eu-central-1" in result.stderr


def test_update_is_judged_with_the_values_that_the_stacks_keep(commands: Commands) -> None:
    domain = _domain(commands)
    created = commands.rollout(*domain, *_PRIMARY, *_REGIONS, template=_TEMPLATE)

    kept = _refused(commands, *domain, *_REGIONS)
    moved = _refused(commands, *domain[:2], "--parameter", f"PrimaryRegion={EAST}", *_REGIONS)

    assert created.exit_code == 0, created.output
    assert kept == []
    assert _BOTH in moved[0]["what"]


def test_update_to_a_role_that_another_record_has_is_refused(commands: Commands) -> None:
    domain = _domain(commands)
    primary = ("--parameter", "PrimaryRegion=eu-west-1")
    for region in ("eu-west-1", "eu-central-1"):
        created = commands.deploy("--region", region, *domain, *primary, template=_TEMPLATE)
        assert created.exit_code == 0, created.output

    (moved,) = _refused(commands, *_PRIMARY, "--region", "eu-west-1")
    kept = _refused(commands, *primary, "--region", "eu-west-1")

    assert "has a record of type CNAME with the role SECONDARY, of" in moved["what"]
    assert "leave PrimaryRegion as it is" in moved["remediation"]
    assert kept == []


def test_update_to_a_free_role_is_not_refused_for_its_own_record(commands: Commands) -> None:
    domain = (*_domain(commands), "--parameter", "PrimaryRegion=eu-west-1")
    created = commands.deploy("--region", "eu-west-1", *domain, template=_TEMPLATE)

    found = _refused(commands, *_PRIMARY, "--region", "eu-west-1")

    assert created.exit_code == 0, created.output
    assert not any("has a record of type" in one["what"] for one in found)


def test_embedded_aws_accepts_one_record_of_each_role(commands: Commands) -> None:
    result = commands.rollout(*_domain(commands), *_REGIONS, template=_TEMPLATE)

    assert result.exit_code == 1
    assert "a failover RRSet with the same name, type and failover role already exists" in (
        result.stderr
    )


def _domain(commands: Commands) -> tuple[str, ...]:
    """Create a zone; returns the parameters of a record in it."""
    zone = commands.aws.client("route53", EAST).create_hosted_zone(
        Name="example.com", CallerReference="test"
    )
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    return ("--parameter", f"HostedZoneId={zone_id}", "--parameter", "DomainName=pay.example.com")


def _refused(commands: Commands, *arguments: str) -> list[Any]:
    document = commands.document("preflight", "--without-roles", *arguments, template=_TEMPLATE)
    return [one for one in document["findings"] if one["verdict"] == "refused"]
