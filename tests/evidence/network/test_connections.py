"""When a database requires TLS: its parameter group, its engine's default, or not to be seen."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from payment_templates.facts.database_connections import family_of
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document, verdict_of

_CLAIM = "database-connections-are-encrypted"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [
        ("aurora-postgresql", "15.4", "aurora-postgresql15"),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "aurora-mysql8.0"),
        ("postgres", "9.6.24", "postgres9.6"),
        ("postgres", "16", "postgres16"),
        ("mysql", "8.4.3", "mysql8.4"),
        ("mariadb", "10.11.6", "mariadb10.11"),
        ("mysql", "8", ""),
        ("oracle-ee", "19", ""),
        ("postgres", "", ""),
    ],
)
def test_family_follows_from_engine_and_version(engine: str, version: str, family: str) -> None:
    assert family_of(engine, version) == family


@pytest.mark.parametrize(
    ("engine", "version", "verdict"),
    [
        ("aurora-postgresql", "16.4", _BROKEN),
        ("aurora-postgresql", "17.4", _CONDITIONAL),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", _BROKEN),
        ("aurora-mysql", None, _BROKEN),
        ("aurora-postgresql", None, _CONDITIONAL),
        ("neptune", "1.3", _CONDITIONAL),
    ],
)
def test_default_of_engine_decides_without_group(
    engine: str, version: str | None, verdict: Verdict
) -> None:
    properties = {"Engine": engine, "Port": 5432}
    if version:
        properties["EngineVersion"] = version
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": properties}

    assert verdict_of(_CLAIM, {"Resources": {"Cluster": cluster}}) is verdict


def test_group_of_another_stack_is_not_seen() -> None:
    document = changed(
        real_document(), put("DatabaseCluster.Properties.DBClusterParameterGroupName", "platform")
    )

    assert verdict_of(_CLAIM, document) is _CONDITIONAL


def test_requirement_of_more_parameters_is_kept() -> None:
    parameters = {"rds.force_ssl": 1, "log_lock_waits": "1"}
    document = changed(
        real_document(), put("DatabaseParameterGroup.Properties.Parameters", parameters)
    )

    assert verdict_of(_CLAIM, document) is _KEPT
