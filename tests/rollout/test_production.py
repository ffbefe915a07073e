"""The production profile from its creation to its deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.rendering import render
from tests.rollout.colleague import act_before
from tests.rollout.running import EAST, SUFFIX, WEST, Commands

if TYPE_CHECKING:
    from pathlib import Path

_OFF = ("--parameter", "DeletionProtection=false")
_ALERTS = ("--parameter", "AlertEmail=on-call@example.com")


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template of the production profile."""
    path = tmp_path / "production.json"
    path.write_text(render(build_template(PROFILES["production"])))
    return path


@pytest.fixture
def production(commands: Commands, template: Path) -> Path:
    """The template, deployed to one region."""
    certificate = f"CertificateArn=arn:aws:acm:{EAST}:123456789012:certificate/1"
    result = commands.deploy(*_ALERTS, "--parameter", certificate, template=template)
    assert result.exit_code == 0, result.output
    return template


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


def test_second_rollout_after_a_failure_at_home_creates_both_regions(
    commands: Commands, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [*_ALERTS, "--region", EAST, "--region", WEST]
    for region in (EAST, WEST):
        acm = commands.aws.client("acm", region)
        arn = acm.request_certificate(DomainName="pay.example.com")["CertificateArn"]
        given += ["--override", f"{region}:CertificateArn={arn}"]
    parameters = commands.aws.client("ssm", EAST)
    name = f"/payment/{SUFFIX}/database/writer-endpoint"

    def take() -> None:
        parameters.put_parameter(Name=name, Value="taken", Type="String")

    with monkeypatch.context() as busy:
        act_before(busy, "CreateStackInstances", take)
        failed = commands.rollout(*given, template=template, preflight=True)
    parameters.delete_parameter(Name=name)
    _delete_log_bucket(commands)
    again = commands.rollout(*given, template=template, preflight=True)

    plan = [line for line in again.output.splitlines() if line.startswith("plan: create")]
    assert failed.exit_code == 1, failed.output
    assert again.exit_code == 0, again.output
    assert [line.split()[4] for line in plan] == [EAST, WEST]


def _delete_log_bucket(commands: Commands) -> None:
    """Delete the bucket with the load balancer's test file, which the rollback could not delete."""
    s3 = commands.aws.client("s3", EAST)
    names = [it["Name"] for it in s3.list_buckets()["Buckets"]]
    (bucket,) = (name for name in names if name.startswith("payment-logs-"))
    found = s3.list_object_versions(Bucket=bucket)
    for one in (*found.get("Versions", []), *found.get("DeleteMarkers", [])):
        s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])
    s3.delete_bucket(Bucket=bucket)
