"""Preflight checks each region with its own values, as rollout deploys it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.rendering import render
from tests.rollout.running import EAST, WEST, Commands

if TYPE_CHECKING:
    from pathlib import Path

_DOMAIN = "pay.example.com"
_PAIR = ("--region", EAST, "--region", WEST, "--without-roles")


@pytest.fixture
def production(tmp_path: Path) -> Path:
    """The production template, which requires a certificate of its region."""
    path = tmp_path / "production.json"
    path.write_text(render(build_template(PROFILES["production"])))
    return path


def test_pair_with_a_certificate_in_each_region_passes(
    commands: Commands, production: Path
) -> None:
    overrides = (
        argument
        for region in (EAST, WEST)
        for argument in ("--override", f"{region}:CertificateArn={_certificate(commands, region)}")
    )

    document = _preflight(commands, production, *_PAIR, *overrides)

    issued = [it["where"] for it in document["findings"] if it["what"].endswith("is issued")]
    assert document["exit_code"] == 0
    assert issued == [EAST, WEST]


def test_region_without_an_override_has_the_common_value(
    commands: Commands, production: Path
) -> None:
    common = ("--parameter", f"CertificateArn={_certificate(commands, EAST)}")

    document = _preflight(commands, production, *_PAIR, *common)

    (finding,) = [it for it in document["findings"] if it["verdict"] == "refused"]
    assert (finding["where"], finding["what"]) == (WEST, f"the certificate is in {EAST}")
    assert f"--override {WEST}:CertificateArn=ARN" in finding["remediation"]


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("eu-west-1:Message=hello", "--override eu-west-1: not a region of this command"),
        ("Message=hello", "the 1st --override is not REGION:KEY=VALUE"),
    ],
)
def test_wrong_override_is_a_usage_error(commands: Commands, override: str, says: str) -> None:
    result = commands.run("preflight", *_PAIR, "--override", override)

    assert result.exit_code == 2
    assert f"error: {says}" in result.stderr


def _preflight(commands: Commands, template: Path, *arguments: str) -> Any:  # noqa: ANN401 - JSON.
    given = ("--parameter", "AlertEmail=on-call@example.com", *arguments)
    return commands.document("preflight", *given, template=template)


def _certificate(commands: Commands, region: str) -> str:
    client = commands.aws.client("acm", region)
    return str(client.request_certificate(DomainName=_DOMAIN)["CertificateArn"])
