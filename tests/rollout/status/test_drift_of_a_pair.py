"""drift explains what AWS reports wrongly of a global database, and finds a region that left."""

from __future__ import annotations

import pytest

from payment_templates.rollout.stack.drift import Drift
from payment_templates.rollout.stack.drift_meaning import explain
from tests.rollout.pairs import GLOBAL, SHARED, Pair, cluster_in, wait_until_idle
from tests.rollout.running import EAST, WEST, Commands

_ARN = "arn:aws:rds:us-east-1:123456789012:cluster:payment-aurora-cluster-dev-001"
_ELSEWHERE = _ARN.replace(EAST, WEST)
_MOVED = f"{_ELSEWHERE}-{WEST}"
_GLOBAL_CLUSTER, _CLUSTER = "AWS::RDS::GlobalCluster", "AWS::RDS::DBCluster"


@pytest.fixture
def pair(commands: Commands) -> Pair:
    for region in (EAST, WEST):
        assert commands.deploy("--region", region, template=SHARED).exit_code == 0
    return Pair(aws=commands.aws)


def test_new_source_after_a_failover_is_explained(commands: Commands, pair: Pair) -> None:
    commands.run("failover", "--to", WEST, "--allow-data-loss", "--yes")
    wait_until_idle(pair)

    document = commands.document("drift")

    assert (document["exit_code"], document["drifts"]) == (0, [])
    assert [one["path"] for one in document["explained"]] == ["/SourceDBClusterIdentifier"]


def test_region_that_left_is_drift(commands: Commands, pair: Pair) -> None:
    pair.rds(WEST).remove_from_global_cluster(
        GlobalClusterIdentifier=GLOBAL, DbClusterIdentifier=pair.arn(WEST)
    )

    document = commands.document("drift")

    assert document["exit_code"] == 1
    (drift,) = [one for one in document["drifts"] if one["region"] == WEST]
    assert (drift["logical_id"], drift["physical_id"]) == ("Cluster", cluster_in(WEST))
    assert (drift["expected"], drift["actual"]) == (f"a member of {GLOBAL}", "no member")


@pytest.mark.parametrize(
    ("resource_type", "path", "expected", "actual", "is_false"),
    [
        (_GLOBAL_CLUSTER, "/SourceDBClusterIdentifier", _ARN, _ELSEWHERE, True),
        (_GLOBAL_CLUSTER, "/SourceDBClusterIdentifier", _ARN, _ELSEWHERE + "-other", False),
        (_GLOBAL_CLUSTER, "/SourceDBClusterIdentifier", f"{_ARN}-{EAST}", _MOVED, True),
        (_GLOBAL_CLUSTER, "/SourceDBClusterIdentifier", _ARN, "null", False),
        (_GLOBAL_CLUSTER, "/GlobalClusterIdentifier", "Payment-Global", "payment-global", True),
        (_GLOBAL_CLUSTER, "/GlobalClusterIdentifier", "payment-global", "other", False),
        (_GLOBAL_CLUSTER, "/Tags/0", '{"Key": "team", "Value": "payments"}', "null", True),
        (_GLOBAL_CLUSTER, "/Tags/0", '{"Key": "team", "Value": "pay"}', '{"Key": "team"}', False),
        (_GLOBAL_CLUSTER, "/DeletionProtection", "true", "false", False),
        (_CLUSTER, "/GlobalClusterIdentifier", "payment-global", "null", True),
        (_CLUSTER, "/GlobalClusterIdentifier", "payment-global", "other", False),
    ],
)
def test_difference_is_explained_only_if_it_is_false(
    resource_type: str, path: str, expected: str, actual: str, *, is_false: bool
) -> None:
    drift = Drift(
        account="123456789012",
        region=EAST,
        logical_id="Database",
        resource_type=resource_type,
        path=path,
        expected=expected,
        actual=actual,
    )

    assert (explain(drift) is not None) is is_false
