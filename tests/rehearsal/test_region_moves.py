"""The moves of a rehearsal, with fake commands."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.program import Program
from payment_templates.rehearsal.region_moves import MoveError, Pair, has_global_database
from tests.rehearsal import global_databases
from tests.rehearsal.stacks import EAST, WEST


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Collects what a rehearsal shows."""

    lines: list[str] = field(default_factory=list[str])

    def command(self, line: str) -> None:
        self.lines.append(line)

    @contextmanager
    def step(self, title: str) -> Generator[Callable[[str], None]]:
        yield lambda result: self.lines.append(f"{title}: {result}")


@dataclass(frozen=True, kw_only=True)
class FakeProgram(Program):
    """Calls RDS where the command would; `idle` does nothing."""

    forks: Any = None
    idle: bool = False

    def run(
        self,
        name: str,
        *arguments: str,
        files: Sequence[Any] = (),
        region: str = EAST,
    ) -> None:
        assert not files
        self.prompt.command(" ".join([name, *arguments, region]))
        if name == "status" or self.idle:
            return
        target = global_databases.cluster(self.aws, WEST)["DBClusterArn"]
        target = target.replace(WEST, arguments[1])
        request = {
            "GlobalClusterIdentifier": global_databases.IDENTIFIER,
            "TargetDbClusterIdentifier": target,
        }
        rds = self.aws.client("rds", WEST)
        if name == "failover":
            rds.failover_global_cluster(**request, AllowDataLoss=True)
        else:
            rds.switchover_global_cluster(**request)
        global_databases.await_available(self.aws)


def test_failover_happens_while_the_home_region_is_unreachable(
    aws: EmbeddedAws,
) -> None:
    global_databases.pair(aws)
    shown = Shown()

    _pair(aws, shown).fail_over()

    assert shown.lines == [
        f"failover --to {WEST} --allow-data-loss --yes {WEST}",
        f"status {WEST}",
        f"Make {EAST} reachable again: its cluster is a secondary",
    ]
    assert global_databases.writes(aws, WEST)


def test_switchover_without_effect_is_an_error(aws: EmbeddedAws) -> None:
    global_databases.pair(aws)

    with pytest.raises(MoveError, match="us-east-1 writes, not us-west-2"):
        _pair(aws, Shown(), idle=True).switch_over(WEST)


def test_stacks_without_a_common_database_are_an_error(aws: EmbeddedAws) -> None:
    with pytest.raises(MoveError, match="0 global databases, not one"):
        _pair(aws, Shown(), idle=True).switch_over(WEST)


@pytest.mark.parametrize(
    ("resource_type", "found"),
    [("AWS::RDS::GlobalCluster", True), ("AWS::RDS::DBCluster", False)],
)
def test_global_database_is_found_in_the_template(resource_type: str, *, found: bool) -> None:
    assert has_global_database({"Resources": {"It": {"Type": resource_type}}}) is found


def _pair(aws: EmbeddedAws, shown: Shown, *, idle: bool = False) -> Pair:
    program = FakeProgram(aws=aws, suffix="dev-001", prompt=shown, idle=idle)
    return Pair(aws=aws, program=program, show=shown, home=EAST, away=WEST)
