"""Which rules, selections and keys of AWS Backup store the backups of production's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.backups.test_backups import OPT_IN, finding
from tests.evidence.changes import Json, changed, cut, put
from tests.evidence.faults.test_single_databases import WITH_BACKUPS
from tests.evidence.templates import verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change

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


_RULE = "BackupPlan.Properties.BackupPlan.BackupPlanRule.0"
_COPY = f"{_RULE}.CopyActions.0"
_CLUSTER = "DatabaseCluster"
_VAULT_ARN = "arn:${AWS::Partition}:backup:%s:${AWS::AccountId}:backup-vault:payment-vault"


def _selected(resource: object) -> Change:
    return put(f"{_SELECTION}.Resources", [resource])


def _stored_in(vault: object) -> Change:
    return put(f"{_RULE}.TargetBackupVault", vault)


def _kept_for(*, of: str, cold: int | None = None, days: int | None = None) -> Change:
    """Set the lifecycle of the rule or of its copies."""
    given = {"MoveToColdStorageAfterDays": cold, "DeleteAfterDays": days}
    return put(f"{of}.Lifecycle", {key: value for key, value in given.items() if value is not None})


def _completed_in(minutes: int) -> Change:
    """Leave the start of the jobs to AWS Backup, which takes 8 hours."""

    def change(document: Json) -> None:
        cut(f"{_RULE}.StartWindowMinutes")(document)
        put(f"{_RULE}.CompletionWindowMinutes", minutes)(document)

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        # AWS Backup then tries to take everything: API_BackupSelection.
        (cut(f"{_SELECTION}.Resources"), "selects DatabaseCluster although it names nothing"),
        # "It must be at least 60 minutes to avoid errors": botocore backup, BackupRuleInput.
        (put(f"{_RULE}.StartWindowMinutes", 30), "accepts 30 minutes to start the jobs"),
        # Counted "from when the backup was scheduled": botocore backup, StartBackupJob.
        (
            put(f"{_RULE}.CompletionWindowMinutes", 420),
            "420 minutes to complete the jobs of BackupPlan, which may take 480 to start",
        ),
        (_completed_in(480), "480 minutes to complete the jobs of BackupPlan, which may take 480"),
    ],
    ids=["no resources", "short start window", "short completion", "short default"],
)
def test_what_the_template_does_not_decide_is_a_condition(change: Change, why: str) -> None:
    after = finding(_CLAIM, change)

    assert after.verdict is Verdict.CONDITIONAL
    assert why in after.why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ((_selected({"Ref": _CLUSTER}),), "no plan of AWS Backup selects"),
        (
            (_selected({"Fn::GetAtt": [_CLUSTER, "DBClusterResourceId"]}),),
            "no plan of AWS Backup selects",
        ),
        ((_stored_in({"Fn::GetAtt": ["BackupVault", "BackupVaultArn"]}),), "name of its vault"),
        ((_stored_in({"Fn::Sub": _VAULT_ARN % "${AWS::Region}"}),), "name of its vault"),
        ((_stored_in("payment vault"),), "name of its vault"),
        (
            (
                put(
                    "BackupSelection.Properties.BackupPlanId",
                    {"Fn::GetAtt": ["BackupPlan", "BackupPlanArn"]},
                ),
            ),
            "no plan of AWS Backup selects",
        ),
        (
            (put(f"{_COPY}.DestinationBackupVaultArn", {"Fn::Sub": "payment-${SecondRegion}"}),),
            "which is no ARN",
        ),
        ((_kept_for(of=_RULE, cold=8, days=97),), "after 8 days and deletes them after 97"),
        ((_kept_for(of=_COPY, cold=8, days=97),), "after 8 days and deletes them after 97"),
        ((_kept_for(of=_RULE, cold=0, days=35),), "after 0 days and deletes them after 35"),
        ((_kept_for(of=_RULE, days=0),), "AWS Backup accepts 1 to 36500"),
        ((_kept_for(of=_COPY, days=36501),), "AWS Backup accepts 1 to 36500"),
        (
            (put(f"{_RULE}.EnableContinuousBackup", "true"), _kept_for(of=_RULE, cold=8)),
            "moves continuous backups to cold storage",
        ),
        # "?" has no meaning in a pattern.
        ((_selected("arn:aws:rds:*:*:cluster:paymen?-*"),), "no plan of AWS Backup selects"),
        (
            (
                put(f"{_RULE}.EnableContinuousBackup", "true"),
                put(f"{_RULE}.Lifecycle.DeleteAfterDays", 90),
            ),
            "keeps continuous backups for more than 35 days",
        ),
        (
            (
                put(
                    f"{_COPY}.DestinationBackupVaultArn",
                    {"Fn::GetAtt": ["BackupVault", "BackupVaultArn"]},
                ),
            ),
            "in the region of the database itself",
        ),
    ],
    ids=[
        *("a name", "an identifier", "a vault's ARN", "a vault's ARN in text", "a vault's name"),
        *("a plan's ARN", "a copy's name", "cold too long", "cold copies", "cold at once"),
        *("no days", "too many days", "cold and continuous"),
        *("a question mark", "continuous", "its own vault"),
    ],
)
def test_plan_that_stores_nothing_is_broken(changes: tuple[Change, ...], why: str) -> None:
    after = finding(_CLAIM, *changes)

    assert after.verdict is Verdict.BROKEN
    assert why in after.why


@pytest.mark.parametrize(
    ("path", "of"),
    [
        (f"{_RULE}.TargetBackupVault", ["BackupVault", "BackupVaultArn"]),
        ("BackupSelection.Properties.BackupPlanId", ["BackupPlan", "BackupPlanArn"]),
    ],
)
def test_plan_and_vault_are_not_named_by_their_arns(path: str, of: list[str]) -> None:
    after = finding("references-have-the-right-kind", put(path, {"Fn::GetAtt": of}))

    assert after.verdict is Verdict.BROKEN


def test_plan_that_aws_backup_refuses_is_no_valid_template() -> None:
    after = finding("valid-template", _stored_in("payment vault"))

    assert after.verdict is Verdict.BROKEN
    assert "BackupPlan has payment vault for the name of its vault" in after.why


@pytest.mark.parametrize(
    "vault",
    [
        {"Fn::ImportValue": "vault"},
        {"Fn::Sub": ["${Name}-safe", {"Name": {"Fn::ImportValue": "a"}}]},
    ],
)
def test_vault_of_another_stack_is_not_refused(vault: object) -> None:
    assert "deployed from S3" in finding("valid-template", _stored_in(vault)).why
    assert finding(_CLAIM, _stored_in(vault)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("of", [_RULE, _COPY])
@pytest.mark.parametrize(
    "lifecycle",
    [{"days": -1, "cold": -1}, {"days": -1}, {"days": 98, "cold": 8}, {"cold": 8}],
    ids=["without an end", "not deleted", "cold", "cold without an end"],
)
def test_lifecycle_that_aws_backup_accepts_keeps_the_backups(
    of: str, lifecycle: dict[str, int]
) -> None:
    after = finding(_CLAIM, _kept_for(of=of, **lifecycle))

    assert (after.verdict, after.why) == (Verdict.CONDITIONAL, OPT_IN)


def test_copies_in_another_region_may_expire_before_the_point_in_time_recovery_here() -> None:
    after = finding(_CLAIM, put(f"{_COPY}.Lifecycle.DeleteAfterDays", 7))

    assert (after.verdict, after.why) == (Verdict.CONDITIONAL, OPT_IN)
