"""The production profile from its creation to its deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.rendering import render
from tests.rollout.running import EAST, SUFFIX, Commands

if TYPE_CHECKING:
    from pathlib import Path

_OFF = ("--parameter", "DeletionProtection=false")


@pytest.fixture
def production(commands: Commands, tmp_path: Path) -> Path:
    """The template of the production profile."""
    path = tmp_path / "production.json"
    path.write_text(render(build_template(PROFILES["production"])))
    certificate = f"CertificateArn=arn:aws:acm:{EAST}:123456789012:certificate/1"
    given = ("--parameter", "AlertEmail=on-call@example.com", "--parameter", certificate)
    result = commands.deploy(*given, template=path)
    assert result.exit_code == 0, result.output
    return path


@pytest.mark.usefixtures("production")
def test_stack_database_and_load_balancer_are_protected(commands: Commands) -> None:
    result = commands.destroy()

    assert result.exit_code == 3
    for resource in (
        "the stack payment-dev-001 has termination",
        "the database",
        "the load balancer",
    ):
        assert f"{EAST}: {resource}" in result.stdout


def test_key_logs_vault_and_snapshot_are_retained(commands: Commands, production: Path) -> None:
    commands.deploy(*_OFF, template=production)

    document = commands.document("destroy", "--confirm", SUFFIX)

    kinds = [one["kind"] for one in document["stacks"][0]["retained"]]
    assert (document["exit_code"], document["leftovers"]) == (0, [])
    assert sorted(kinds) == [
        "automated backups",
        "backup vault",
        "bucket",
        "database snapshot",
        "key",
        *["log group"] * 5,
    ]
