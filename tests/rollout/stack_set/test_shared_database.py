"""The regions of a global database are created, updated and deleted in the order RDS accepts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.rollout.colleague import act_before
from tests.rollout.pairs import GLOBAL, SHARED, Pair, wait_until_idle
from tests.rollout.running import EAST, NAME, WEST, Commands, changed

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from click.testing import Result

_BOTH = ("--region", WEST, "--region", EAST)


@pytest.fixture
def pair(commands: Commands) -> Pair:
    """A database that us-east-1 created, with a stack of deploy in each region."""
    found = Pair(aws=commands.aws)
    assert _deploy(commands, EAST).exit_code == 0
    assert _deploy(commands, WEST).exit_code == 0
    return found


def test_second_region_is_refused_before_the_home_region(commands: Commands) -> None:
    result = _deploy(commands, WEST)

    assert result.exit_code == 3
    assert (
        f"the global database {GLOBAL} does not exist yet, and {EAST} creates it" in result.stderr
    )
    assert commands.stack(WEST) is None


_ONE = "one of them eu-west-1"
_HOME, _SECOND = "--parameter DatabaseHomeRegion=", "--parameter SecondRegion="


@pytest.mark.parametrize(
    ("regions", "remediation"),
    [
        (
            ("eu-west-1", "eu-central-1"),
            f"pass {_HOME}eu-west-1 {_SECOND}eu-central-1",
        ),
        (("eu-west-1", EAST), f"pass {_HOME}{EAST} {_SECOND}eu-west-1"),
        (
            ("eu-west-1",),
            f"pass {_HOME}REGION {_SECOND}REGION with the two regions of the pair, {_ONE}",
        ),
        (
            (EAST, WEST, "eu-west-1"),
            f"name two regions, and pass both as {_HOME[:-1]} and SecondRegion",
        ),
    ],
    ids=["both", "one", "a single region", "three"],
)
def test_region_outside_the_pair_is_refused_in_one_line(
    commands: Commands, regions: tuple[str, ...], remediation: str
) -> None:
    named = [word for region in regions for word in ("--region", region)]

    document = commands.document("preflight", "--without-roles", *named, template=SHARED)

    (found,) = [one for one in document["findings"] if one["verdict"] == "refused"]
    outside = ", ".join(region for region in regions if region not in {EAST, WEST})
    assert found["what"] == (
        f"{outside}: not of the pair that shares the database, {EAST} (DatabaseHomeRegion) and "
        f"{WEST} (SecondRegion)"
    )
    assert found["remediation"] == remediation


def test_deploy_and_rollout_outside_the_pair_say_which_parameters_to_give(
    commands: Commands,
) -> None:
    regions = ("--region", "eu-west-1", "--region", "eu-central-1")
    parameters = ("--parameter", "DatabaseHomeRegion=eu-west-1")

    refused = commands.rollout(*regions, template=SHARED, preflight=True)
    alone = _deploy(commands, "eu-west-1")
    accepted = commands.rollout(
        *regions,
        *parameters,
        *("--parameter", "SecondRegion=eu-central-1"),
        template=SHARED,
        preflight=True,
    )
    kept = commands.rollout(*regions, template=SHARED, preflight=True)

    assert (refused.exit_code, alone.exit_code, accepted.exit_code) == (3, 3, 0)
    assert f"{_HOME}eu-west-1 {_SECOND}eu-central-1" in refused.stderr
    assert "one of them eu-west-1" in alone.stderr
    # An update keeps the values.
    assert kept.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "exit_code", "error"),
    [
        (["--parallel-regions"], 2, "--parallel-regions is not possible with a global database"),
        (["--failure-tolerance", "1"], 2, "--failure-tolerance is not possible with a global"),
        (["--account", "111122223333"], 3, "a global database belongs to one account"),
        (["--organizational-unit", "ou-ab12-cdef3456"], 3, "belongs to one account"),
    ],
    ids=["parallel", "tolerant", "other account", "organizational unit"],
)
def test_rollout_that_would_break_the_order_is_refused(
    commands: Commands, arguments: list[str], exit_code: int, error: str
) -> None:
    result = commands.run("rollout", *arguments, template=SHARED)

    assert (result.exit_code, error in result.stderr) == (exit_code, True)


def test_rollout_upgrades_the_writer_last(commands: Commands) -> None:
    commands.rollout(template=SHARED)

    upgraded = commands.rollout("--parameter", "DBEngineVersion=15.18", template=SHARED)

    pair = Pair(aws=commands.aws)
    assert upgraded.exit_code == 0
    assert pair.writer() == EAST
    assert _orders(commands)["UPDATE"] == [WEST, EAST]
    assert {pair.cluster(region)["EngineVersion"] for region in (EAST, WEST)} == {"15.18"}


def test_rollout_creates_the_home_region_first_and_updates_the_writer_last(
    commands: Commands,
) -> None:
    created = commands.rollout(*_BOTH, template=SHARED, preflight=True)
    commands.run("switchover", "--to", WEST, "--yes")

    updated = commands.rollout(*_BOTH, "--parameter", "Message=second", template=SHARED)

    assert (created.exit_code, updated.exit_code) == (0, 0)
    assert _orders(commands) == {"CREATE": [EAST, WEST], "UPDATE": [EAST, WEST]}
    assert [commands.greeting(region) for region in (EAST, WEST)] == ["second", "second"]


_RECORDS = {
    "Type": "AWS::Logs::LogGroup",
    "DeletionPolicy": "Delete",
    "Properties": {"LogGroupName": {"Fn::Sub": "payment-records-${EnvironmentSuffix}"}},
}
_EAST_FIRST, _WEST_FIRST = ("--region", EAST, "--region", WEST), _BOTH
# Different overrides make one operation for each region.
_OVERRIDES = ("--override", f"{EAST}:Message=east", "--override", f"{WEST}:Message=west")


@pytest.fixture
def with_records(tmp_path: Path) -> Path:
    """The database with a log group, whose name may be taken."""
    return changed(tmp_path, {"Records": _RECORDS}, template=SHARED)


@pytest.mark.parametrize("password", ["", "SecondPassword1"], ids=["same set", "set changes"])
@pytest.mark.parametrize(
    "options",
    [_EAST_FIRST, _WEST_FIRST, (*_EAST_FIRST, *_OVERRIDES), (*_WEST_FIRST, *_OVERRIDES)],
    ids=["east first", "west first", "east first, overrides", "west first, overrides"],
)
def test_second_run_creates_the_home_region_first_after_it_failed(
    commands: Commands,
    monkeypatch: pytest.MonkeyPatch,
    with_records: Path,
    options: tuple[str, ...],
    password: str,
) -> None:
    if password:
        # Whether a secret differs is unknown, so every run changes the set.
        monkeypatch.setenv("DB_MASTER_PASSWORD", password)
    with _taken_at_home(commands, monkeypatch, "CreateStackInstances"):
        failed = commands.rollout(*options, template=with_records, preflight=True)

    again = commands.rollout(*options, template=with_records, preflight=True)

    assert failed.exit_code == 1, failed.output
    assert again.exit_code == 0, again.output
    assert Pair(aws=commands.aws).writer() == EAST
    assert commands.greeting(WEST) is not None


def test_second_run_with_other_values_creates_the_home_region_first(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, with_records: Path
) -> None:
    with _taken_at_home(commands, monkeypatch, "CreateStackInstances"):
        commands.rollout(*_WEST_FIRST, template=with_records, preflight=True)

    again = commands.rollout(
        *_WEST_FIRST, "--parameter", "Message=second", template=with_records, preflight=True
    )

    assert again.exit_code == 0, again.output
    assert [commands.greeting(region) for region in (EAST, WEST)] == ["second", "second"]


def test_second_run_updates_the_home_region_before_it_creates_the_other(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, with_records: Path
) -> None:
    commands.rollout("--region", EAST, template=SHARED)
    given = (*_EAST_FIRST, "--parameter", "DBEngineVersion=15.18")
    with _taken_at_home(commands, monkeypatch, "UpdateStackSet"):
        failed = commands.rollout(*given, template=with_records, preflight=True)

    again = commands.rollout(*given, template=with_records, preflight=True)

    assert failed.exit_code == 1, failed.output
    assert again.exit_code == 0, again.output
    assert _plan(again) == [f"update stacks in {EAST}", f"create stacks in {WEST}"]


def test_overrides_of_both_regions_are_updated_with_the_writer_last(commands: Commands) -> None:
    commands.rollout(*_EAST_FIRST, *_OVERRIDES, template=SHARED)

    result = commands.rollout(
        *_EAST_FIRST,
        *("--override", f"{EAST}:Message=second", "--override", f"{WEST}:Message=second"),
        template=SHARED,
    )

    assert result.exit_code == 0, result.output
    assert _plan(result) == [f"update overrides in {region}" for region in (WEST, EAST)]


def test_upgrade_of_the_writer_is_refused_before_the_other_region(
    commands: Commands, pair: Pair
) -> None:
    newer = ("--parameter", "DBEngineVersion=15.18")

    early = _deploy(commands, EAST, *newer)
    other = _deploy(commands, WEST, *newer)
    late = _deploy(commands, EAST, *newer)

    assert (early.exit_code, other.exit_code, late.exit_code) == (3, 0, 0)
    assert f"{EAST} writes, and {WEST} still has 15.17" in early.stderr
    assert {pair.cluster(region)["EngineVersion"] for region in (EAST, WEST)} == {"15.18"}


def test_major_upgrade_of_one_region_is_refused(commands: Commands, pair: Pair) -> None:
    result = _deploy(commands, WEST, "--parameter", "DBEngineVersion=16.4")

    assert result.exit_code == 3
    assert "another major version than 15.17" in result.stderr
    assert pair.cluster(WEST)["EngineVersion"] == "15.17"


def test_changed_home_region_is_refused(commands: Commands, pair: Pair) -> None:
    result = _deploy(commands, EAST, "--parameter", f"DatabaseHomeRegion={WEST}")

    assert result.exit_code == 3
    assert f"DatabaseHomeRegion changes from {EAST} to {WEST}" in result.stderr
    assert pair.writer() == EAST


def test_password_is_refused_where_the_database_does_not_write(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.run("switchover", "--to", WEST, "--yes")
    monkeypatch.setenv("DB_MASTER_PASSWORD", "SecondPassword1")

    result = _deploy(commands, EAST)

    assert result.exit_code == 3
    assert f"a master password is given, but {WEST} writes the database" in result.stderr
    assert pair.writer() == WEST


@pytest.mark.parametrize("region", [EAST, WEST])
def test_each_region_can_be_updated_after_a_failover(
    commands: Commands, pair: Pair, region: str
) -> None:
    commands.run("failover", "--to", WEST, "--allow-data-loss", "--yes")
    wait_until_idle(pair)

    updated = _deploy(commands, region, "--parameter", "Message=second")

    assert updated.exit_code == 0
    assert commands.greeting(region) == "second"


def test_deletion_is_refused_while_the_other_region_writes(commands: Commands, pair: Pair) -> None:
    commands.run("switchover", "--to", WEST, "--yes")

    result = commands.destroy()

    assert result.exit_code == 3
    assert f"{WEST} writes {GLOBAL}, and {EAST} created it" in result.stderr
    assert f"payment-stack switchover --suffix dev-001 --to {EAST}" in result.stderr
    assert pair.writer() == WEST


def test_deletion_of_the_home_region_alone_is_refused(commands: Commands, pair: Pair) -> None:
    result = commands.run("destroy", "--confirm", "dev-001", "--region", EAST)

    assert result.exit_code == 3
    assert f"{WEST} still has a member of {GLOBAL}" in result.stderr
    assert pair.writer() == EAST


def test_protected_global_database_is_refused_before_anything_is_deleted(
    commands: Commands, pair: Pair
) -> None:
    pair.rds(EAST).modify_global_cluster(GlobalClusterIdentifier=GLOBAL, DeletionProtection=True)

    result = commands.destroy()

    assert result.exit_code == 3
    assert f"the global database {GLOBAL} has deletion protection" in result.stderr
    assert commands.stack(WEST) is not None


def test_deletion_starts_with_the_region_that_follows(commands: Commands, pair: Pair) -> None:
    # Without a global database, the region that is named first is deleted last.
    result = commands.run("destroy", "--confirm", "dev-001", *_BOTH)

    assert result.exit_code == 0
    deleted = [line for line in result.stdout.splitlines() if line.startswith(NAME)]
    assert deleted == [f"{NAME} in {region} is deleted" for region in (WEST, EAST)]
    assert pair.rds(EAST).describe_global_clusters()["GlobalClusters"] == []


def test_deletion_of_a_set_starts_with_the_region_that_follows(commands: Commands) -> None:
    # The set's own region is not the one that created the database.
    commands.rollout(*_BOTH, template=SHARED)

    result = commands.run("destroy", "--confirm", "dev-001", *_BOTH)

    assert result.exit_code == 0
    pair = Pair(aws=commands.aws)
    assert pair.rds(EAST).describe_global_clusters()["GlobalClusters"] == []


def _deploy(commands: Commands, region: str, *arguments: str) -> Result:
    return commands.deploy("--region", region, *arguments, template=SHARED, preflight=True)


@contextmanager
def _taken_at_home(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> Generator[None]:
    """Take a name in the home region after the preflight, and free it at the end."""
    logs = commands.aws.client("logs", EAST)
    with monkeypatch.context() as busy:
        act_before(
            busy, call, lambda: logs.create_log_group(logGroupName="payment-records-dev-001")
        )
        yield
    logs.delete_log_group(logGroupName="payment-records-dev-001")


def _plan(result: Result) -> list[str]:
    return [
        line.removeprefix("plan: ")
        for line in result.output.splitlines()
        if line.startswith("plan: ")
    ]


def _orders(commands: Commands) -> dict[str, list[str]]:
    """Return the regions of the last operation of each kind, in its order."""
    for region in (EAST, WEST):
        client = commands.aws.client("cloudformation", region)
        if not client.list_stack_sets(Status="ACTIVE")["Summaries"]:
            continue
        listed = client.list_stack_set_operations(StackSetName=NAME)["Summaries"]
        shown = [
            client.describe_stack_set_operation(StackSetName=NAME, OperationId=one["OperationId"])[
                "StackSetOperation"
            ]
            for one in reversed(listed)
        ]
        return {one["Action"]: one["OperationPreferences"]["RegionOrder"] for one in shown}
    return {}
