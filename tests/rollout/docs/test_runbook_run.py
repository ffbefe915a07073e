"""The commands of the runbook do on the embedded AWS what the runbook says."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from payment_templates import PROFILES, build_template, render
from payment_templates.cli import main
from tests.rehearsal import aws_cli
from tests.rollout.pairs import Pair, wait_until_idle
from tests.rollout.runbook import blocks, words_of
from tests.rollout.running import EAST, WEST, Commands

if TYPE_CHECKING:
    from pathlib import Path

# Two whole stacks: `make faults` runs it, beside the gate.
pytestmark = pytest.mark.faults
_SUFFIX = "dev-001"
_CLUSTER = f"payment-aurora-cluster-{_SUFFIX}-{EAST}"


@dataclass(kw_only=True)
class Runbook:
    """Runs its blocks in one account; mutable, since variables are set as a reader does."""

    pair: Pair
    values: dict[str, str] = field(default_factory=dict[str, str])

    def run(self, name: str, **values: str) -> list[Any]:
        """Run a block with these variables, and return the answers of its AWS CLI commands."""
        self.values.update(values)
        (block,) = [one for one in blocks() if one.name == name]
        return [self._run(words_of(command, self.values)) for command in block.commands]

    def _run(self, words: list[str]) -> Any:
        if words[0] == "aws":
            return aws_cli.execute(self.pair.aws, EAST, words)
        if words[0] == "payment-stack":
            result = CliRunner().invoke(main, [*words[1:], "--poll-seconds", "0.05"])
            assert result.exit_code == 0, result.output
        return None

    def tasks(self, region: str) -> int:
        """Return how many tasks a region's service is to run."""
        client = self.pair.aws.client("ecs", region)
        (service,) = client.describe_services(
            cluster=f"payment-cluster-{_SUFFIX}", services=[f"payment-service-{_SUFFIX}"]
        )["services"]
        return int(service["desiredCount"])

    def healthy(self) -> bool:
        """Return whether status says that the pair is healthy."""
        result = CliRunner().invoke(main, ["status", "--suffix", _SUFFIX])
        return "; healthy" in result.stdout


@pytest.fixture
def runbook(commands: Commands, tmp_path: Path) -> Runbook:
    """A production stack in both regions."""
    template = tmp_path / "production.json"
    options = replace(PROFILES["production"], global_database=True)
    template.write_text(render(build_template(options)))
    account = commands.aws.account
    for region in (EAST, WEST):
        given = {
            "AlertEmail": "on-call@example.com",
            "CertificateArn": f"arn:aws:acm:{region}:{account}:certificate/1",
        }
        parameters = [f"--parameter={key}={value}" for key, value in given.items()]
        result = commands.deploy("--region", region, *parameters, template=template)
        assert result.exit_code == 0, result.output
    return Runbook(
        pair=Pair(aws=commands.aws),
        values={
            "SUFFIX": _SUFFIX,
            "HOME_REGION": EAST,
            "OTHER_REGION": WEST,
            "REGION": EAST,
            "CLUSTER": _CLUSTER,
            "TEMPLATE": str(template),
            "ACCOUNT": account,
        },
    )


def test_small_failures(runbook: Runbook, monkeypatch: pytest.MonkeyPatch) -> None:
    (service, _stopped, _update) = runbook.run("task")
    before, _failover = runbook.run("writer")
    after = runbook.pair.cluster(EAST)["DBClusterMembers"]

    assert service[0][0] == service[0][1] > 0
    assert [name for name, writes in before if writes] == [f"payment-aurora-1-{_SUFFIX}"]
    assert [one["DBInstanceIdentifier"] for one in after if one["IsClusterWriter"]] == [
        f"payment-aurora-2-{_SUFFIX}"
    ]

    runbook.run("deployment", IMAGE="public.ecr.aws/nginx/nginx-unprivileged:1.28")
    monkeypatch.setenv("DB_MASTER_PASSWORD", "AnotherPassword1")
    runbook.run("password")


def test_switchover_and_failover(
    runbook: Runbook, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    runbook.run("switchover")
    assert runbook.pair.writer() == WEST
    commands.run("switchover", "--to", EAST, "--yes")

    runbook.run("stop")
    assert runbook.tasks(EAST) == 0
    commands.aws.make_unreachable(EAST)
    monkeypatch.setenv("AWS_REGION", WEST)
    runbook.run("failover")
    assert runbook.pair.writer() == WEST
    runbook.run("failover-events")

    commands.aws.make_reachable(EAST)
    monkeypatch.delenv("AWS_REGION")
    wait_until_idle(runbook.pair)
    found = runbook.pair.rds(EAST).describe_db_cluster_snapshots(SnapshotType="automated")
    (snapshot,) = [one["DBClusterSnapshotIdentifier"] for one in found["DBClusterSnapshots"]]
    settings = _settings_of(runbook.pair.cluster(EAST))
    answers = runbook.run("lost-payments", SNAPSHOT=snapshot, **settings)
    assert answers[0] == [snapshot]
    runbook.run("start")
    assert runbook.tasks(EAST) == 9
    group = runbook.pair.cluster(WEST)["DBClusterParameterGroup"]
    runbook.run("bound", PARAMETER_GROUP=group)
    runbook.run("lift-bound", PARAMETER_GROUP=settings["PARAMETER_GROUP"])
    runbook.run("region-back")
    assert runbook.pair.writer() == EAST


def test_restore_to_a_point_in_time(runbook: Runbook) -> None:
    cluster = runbook.pair.rds(EAST).describe_db_clusters(DBClusterIdentifier=_CLUSTER)
    shown = cluster["DBClusters"][0]
    answers = runbook.run("restore", TIME="2026-01-01T00:00:00Z", **_settings_of(shown))

    names = ("SUBNET_GROUP", "SECURITY_GROUP", "PARAMETER_GROUP", "KEY")
    assert answers[0] == [[runbook.values[name] for name in names]]
    runbook.run("restore-end")
    names = runbook.pair.rds(EAST).describe_db_clusters()["DBClusters"]
    assert [one["DBClusterIdentifier"] for one in names] == [_CLUSTER]


def test_surviving_region_is_detached_and_the_pair_made_again(
    runbook: Runbook, commands: Commands
) -> None:
    east = runbook.pair.cluster(EAST)
    runbook.run("detach")
    assert commands.document("drift")["exit_code"] == 1

    runbook.run("rebuild-old")
    runbook.run("rebuild-pair", VERSION=east["EngineVersion"], **_settings_of(east))
    assert runbook.pair.writer() == WEST
    runbook.run("rebuild-end")

    assert runbook.pair.writer() == EAST
    assert runbook.healthy()


def _settings_of(cluster: dict[str, Any]) -> dict[str, str]:
    return {
        "SUBNET_GROUP": cluster["DBSubnetGroup"],
        "SECURITY_GROUP": cluster["VpcSecurityGroups"][0]["VpcSecurityGroupId"],
        "PARAMETER_GROUP": cluster["DBClusterParameterGroup"],
        "KEY": cluster["KmsKeyId"],
    }
