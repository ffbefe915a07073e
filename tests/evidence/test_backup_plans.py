"""Which rules, selections and keys of AWS Backup store the backups of production's database."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import verdict_of
from tests.evidence.test_backups import OPT_IN, finding
from tests.evidence.test_single_databases import WITH_BACKUPS

_CLAIM = "backups-reach-their-vaults"
_SELECTION = "BackupSelection.Properties.BackupSelection"
_OF_INSTANCE = "Selection.Properties.BackupSelection"


def test_opt_in_decides_for_aurora_although_the_plan_names_the_cluster() -> None:
    after = finding(_CLAIM)

    assert (after.verdict, after.why) == (Verdict.CONDITIONAL, OPT_IN)


@pytest.mark.parametrize(
    ("engine", "service"),
    [("neptune", "Neptune"), ("docdb", "DocumentDB"), ("postgres", "RDS")],
)
def test_opt_in_is_that_of_the_engine(engine: str, service: str) -> None:
    after = finding(_CLAIM, put("DatabaseCluster.Properties.Engine", engine))

    assert f"if {service} is switched on" in after.why


# AWS Backup guide, assigning-resources-json: the opt-in decides where only the service is named.
@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:rds:*", Verdict.CONDITIONAL),
        ("*", Verdict.CONDITIONAL),
        ("arn:aws:rds:*:*:db:*", Verdict.KEPT),
        ({"Fn::GetAtt": ["Database", "DBInstanceArn"]}, Verdict.KEPT),
    ],
)
def test_opt_in_decides_for_a_database_outside_a_cluster_where_only_its_service_is_named(
    resource: object, expected: Verdict
) -> None:
    template = changed(WITH_BACKUPS, put(f"{_OF_INSTANCE}.Resources", [resource]))

    assert verdict_of(_CLAIM, template) is expected


def test_opt_in_decides_for_what_only_tags_select() -> None:
    tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}

    after = finding(_CLAIM, cut(f"{_SELECTION}.Resources"), put(f"{_SELECTION}.ListOfTags", [tag]))

    assert "by its tags" in after.why
    assert "Aurora is switched on" in after.why
