"""What evidence says of AWS Backup in production, and what would break it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from payment_templates.evidence.regional_topologies import regional_topologies
from tests.evidence.changes import Change, Json, append, changed, cut, drop, put, remove
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.mutations.mutation import Mutation, mutation
from tests.evidence.templates import CLAIMS, production_document

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding

OPT_IN = "if Aurora is switched on in AWS Backup of us-east-1"
_REACH, _DETECTED = "backups-reach-their-vaults", "failed-backups-detected"
_RULE = "BackupPlan.Properties.BackupPlan.BackupPlanRule.0"
_COPY = f"{_RULE}.CopyActions.0"
_SELECTION = "BackupSelection.Properties.BackupSelection"
_STATEMENTS = "BackupRole.Properties.Policies.0.PolicyDocument.Statement"
_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/example"
_ARN = "arn:${AWS::Partition}:backup:%s:${AWS::AccountId}:backup-vault:%s"


_ELSEWHERE = "arn:aws:backup:%s:999999999999:backup-vault:payment-vault-dev-001"
_COPY_INTO = "backup:CopyIntoBackupVault"
_ROOT = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
_ROLE_ARN = {
    "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"
    "payment-backup-${EnvironmentSuffix}-us-east-1"
}
_TAG = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}


def _destination(region: str, vault: str = "payment-vault-${EnvironmentSuffix}") -> Change:
    return put(f"{_COPY}.DestinationBackupVaultArn", {"Fn::Sub": _ARN % (region, vault)})


def _broken(title: str, *changes: Change, claim: str = _REACH) -> Mutation:
    return mutation(title, claim, *changes)


def _selecting(title: str, pattern: str) -> Mutation:
    return _broken(title, put(f"{_SELECTION}.Resources", [f"arn:aws:rds:{pattern}"]))


def _denying(action: str, principal: object = "*", *, condition: Json | None = None) -> Change:
    denial: Json = {"Effect": "Deny", "Principal": principal, "Action": action, "Resource": "*"}
    if condition:
        denial["Condition"] = condition
    return append("BackupVault.Properties.AccessPolicy.Statement", denial)


def _locked(**days: int) -> Change:
    return put("BackupVault.Properties.LockConfiguration", days)


def _without(statement: int, action: str) -> Change:
    return remove(f"{_STATEMENTS}.{statement}.Action", action)


MUTATIONS = (
    _broken("the copy stays in the region", _destination("${AWS::Region}")),
    _broken(
        "the role may not copy to the other account",
        put(f"{_COPY}.DestinationBackupVaultArn", _ELSEWHERE % "us-west-2"),
    ),
    _broken("the plan selects nothing", drop("BackupSelection")),
    _broken(
        "the plan selects another cluster",
        put(f"{_SELECTION}.Resources", ["arn:aws:rds:us-east-1:111122223333:cluster:orders"]),
    ),
    _selecting("the plan selects the clusters of another region", "eu-west-1:*:cluster:*"),
    _selecting("the plan selects the clusters of another account", "*:999999999999:cluster:*"),
    _selecting("the plan selects other clusters", "*:*:cluster:orders-*"),
    _selecting("the plan selects the instances alone", "*:*:db:*"),
    _broken(
        "the plan leaves the clusters of the stack out",
        put(f"{_SELECTION}.NotResources", ["arn:aws:rds:*:*:cluster:payment-*"]),
    ),
    _broken(
        "the plan leaves out what its tags would select",
        put(f"{_SELECTION}.ListOfTags", [_TAG]),
        put(f"{_SELECTION}.NotResources", ["arn:aws:rds:*:*:cluster:payment-*"]),
    ),
    _broken("snapshots expire too soon", put(f"{_RULE}.Lifecycle.DeleteAfterDays", 34)),
    _broken("the plan never runs", put(f"{_RULE}.ScheduleExpression", "cron(0 5 31 2 ? *)")),
    _broken("the lock wants longer backups", _locked(MinRetentionDays=36)),
    _broken("the lock wants shorter backups", _locked(MinRetentionDays=1, MaxRetentionDays=34)),
    _broken(
        "the lock wants shorter copies",
        _locked(MinRetentionDays=1, MaxRetentionDays=60),
        put(f"{_COPY}.Lifecycle.DeleteAfterDays", 90),
    ),
    _broken(
        "the lock wants an end of backups",
        _locked(MinRetentionDays=1, MaxRetentionDays=60),
        cut(f"{_RULE}.Lifecycle"),
    ),
    _broken("the vault refuses copies", _denying(_COPY_INTO)),
    _broken("the vault refuses all copies of the account", _denying(_COPY_INTO, {"AWS": _ROOT})),
    _broken("the vault refuses the copies of the role", _denying(_COPY_INTO, {"AWS": _ROLE_ARN})),
    _broken("the role takes no snapshot", cut(f"{_STATEMENTS}.0")),
    _broken("the role takes snapshots of no cluster", cut(f"{_STATEMENTS}.0.Resource.0")),
    _broken("the role copies nothing", cut(f"{_STATEMENTS}.1")),
    _broken("the role copies only here", cut(f"{_STATEMENTS}.1.Resource.1")),
    _broken("the role stores only here", cut(f"{_STATEMENTS}.3.Resource.1")),
    _broken("the role may not look for resources", _without(2, "tag:GetResources")),
    _broken(
        "the role takes no snapshot of what its tags would select",
        put(f"{_SELECTION}.ListOfTags", [_TAG]),
        cut(f"{_STATEMENTS}.0"),
    ),
    *(
        _broken(
            f"AWS Backup may not assume the role: {claim}",
            put(
                "BackupRole.Properties.AssumeRolePolicyDocument.Statement.0.Principal.Service",
                "ec2.amazonaws.com",
            ),
            claim=claim,
        )
        for claim in ("services-can-assume-their-roles", "backups-reach-their-vaults")
    ),
    _broken(
        "the role finds everything for another service too",
        put(
            "BackupRole.Properties.AssumeRolePolicyDocument.Statement.0.Principal.Service",
            ["backup.amazonaws.com", "ec2.amazonaws.com"],
        ),
        claim="wildcards-have-a-reason",
    ),
    _broken(
        "the role may use every key",
        cut(f"{_STATEMENTS}.5.Condition.ForAnyValue:StringEquals"),
        claim="wildcards-have-a-reason",
    ),
    _broken(
        "the role may use the keys of every alias",
        put(
            f"{_STATEMENTS}.5.Condition.ForAnyValue:StringEquals",
            {"kms:ResourceAliases": ["alias/*"]},
        ),
        claim="wildcards-have-a-reason",
    ),
    _broken(
        "the vault has AWS's own key",
        cut("BackupVault.Properties.EncryptionKeyArn"),
        claim="encrypted-at-rest",
    ),
    _broken(
        "the key is not for vaults",
        put(
            "EncryptionKey.Properties.KeyPolicy.Statement.1.Condition.StringLike.kms:ViaService",
            ["rds.*", "secretsmanager.*", "sns.*"],
        ),
        claim="encrypted-at-rest",
    ),
    _broken(
        "the creator of a vault cannot retire its grant",
        cut("EncryptionKey.Properties.KeyPolicy.Statement.3"),
        claim="encrypted-at-rest",
    ),
)


def finding(claim_id: str, *changes: Change) -> Finding:
    text = json.dumps(changed(production_document(), *changes), separators=(",", ":"))
    template = parse_template(text, name="t.json")
    # One value of each parameter, so that there is one combination.
    result = examine(
        template,
        profile="production",
        claims=(CLAIMS[claim_id],),
        parameters=FIXED | {"CertificateArn": _CERTIFICATE},
    )
    return result.results[0].finding


def verdict(claim_id: str, *changes: Change) -> Verdict:
    """Return the verdict, for an account that has switched Aurora on in AWS Backup."""
    found = finding(claim_id, *changes)
    return Verdict.KEPT if found.why == OPT_IN else found.verdict


@cache
def _unchanged(claim_id: str) -> Verdict:
    return verdict(claim_id)


@pytest.mark.parametrize("broken", MUTATIONS, ids=lambda it: it.title)
def test_mutation_breaks_its_claim(broken: Mutation) -> None:
    assert _unchanged(broken.claim) is not Verdict.BROKEN

    assert verdict(broken.claim, *broken.changes) is Verdict.BROKEN


@pytest.mark.parametrize(
    ("claim_id", "expected"), [(_REACH, Verdict.CONDITIONAL), (_DETECTED, Verdict.KEPT)]
)
def test_home_region_has_the_plan_and_the_other_has_none(claim_id: str, expected: Verdict) -> None:
    template = parse_template(json.dumps(production_document()), name="t.json")
    regions = ("us-east-1", "us-west-2")

    home, other = regional_topologies(template, regions=regions, parameters={})

    assert CLAIMS[claim_id].check(home).verdict is expected
    assert CLAIMS[claim_id].check(other).verdict is Verdict.NOT_APPLICABLE


def test_plan_of_another_template_may_fill_the_vault() -> None:
    parts = ("BackupPlan", "BackupRole", "BackupSelection", "BackupFailedRule")

    assert verdict(_REACH, *map(drop, parts)) is Verdict.CONDITIONAL


def test_backups_that_never_expire_are_kept_long_enough() -> None:
    assert verdict(_REACH, cut(f"{_RULE}.Lifecycle")) is Verdict.KEPT


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "arn:aws:rds:*",
        "arn:aws:rds:*:*:cluster:*",
        "arn:aws:rds:*:*:cluster:payment-*",
        "arn:aws:rds:us-*:111122223333:cluster:payment-aurora-*",
    ],
)
def test_pattern_for_the_cluster_selects_it(pattern: str) -> None:
    assert verdict(_REACH, put(f"{_SELECTION}.Resources", [pattern])) is Verdict.KEPT


def test_pattern_for_other_clusters_leaves_this_one_in() -> None:
    others = ["arn:aws:rds:*:*:cluster:orders-*"]

    assert verdict(_REACH, put(f"{_SELECTION}.NotResources", others)) is Verdict.KEPT


def test_selection_by_tag_is_a_condition() -> None:
    after = verdict(_REACH, put(f"{_SELECTION}.ListOfTags", [_TAG]))

    assert after is Verdict.CONDITIONAL


# The template does not show it, and its name may be that of the vault in the other region.
@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-west-1"])
def test_copy_in_another_account_is_a_condition(region: str) -> None:
    vault = _ELSEWHERE % region

    after = finding(
        _REACH,
        put(f"{_COPY}.DestinationBackupVaultArn", vault),
        append(f"{_STATEMENTS}.3.Resource", vault),
    )

    assert after.verdict is Verdict.CONDITIONAL
    assert "exists in account 999999999999" in after.why
    assert "without rds:ModifyDBClusterSnapshotAttribute" in after.why


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("rate(1 day)", "runs BackupPlan with the schedule rate(1 day)"),
        ("cron(0 5 ? * * 2026-2030)", "needs no backup after 2030"),
    ],
)
def test_schedule_that_aws_may_refuse_or_that_ends_is_a_condition(schedule: str, why: str) -> None:
    after = finding(_REACH, put(f"{_RULE}.ScheduleExpression", schedule))

    assert after.verdict is Verdict.CONDITIONAL
    assert why in after.why


def test_lock_that_fits_the_plan_is_no_problem() -> None:
    locked = _locked(MinRetentionDays=35, MaxRetentionDays=35)

    assert verdict(_REACH, locked) is Verdict.KEPT


def test_lock_and_backups_without_lifecycle_are_a_condition() -> None:
    after = verdict(_REACH, _locked(MinRetentionDays=35), cut(f"{_RULE}.Lifecycle"))

    assert after is Verdict.CONDITIONAL


_ADMIN = {"StringNotEquals": {"aws:userId": "AROAEXAMPLE"}}


# AWS documents denials for users, conditions on unknown keys may hold, and wildcards in actions are
# not supported there.
@pytest.mark.parametrize(
    "denial",
    [
        _denying(_COPY_INTO, condition=_ADMIN),
        _denying(_COPY_INTO, {"Service": "backup.amazonaws.com"}),
        _denying("backup:*"),
        _denying("backup:StartBackupJob"),
        _denying("backup:CopyFromBackupVault"),
    ],
)
def test_denial_that_may_stop_the_jobs_is_a_condition(denial: Change) -> None:
    assert verdict(_REACH, denial) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    "denial",
    [
        _denying(_COPY_INTO, {"AWS": "arn:aws:iam::999999999999:root"}),
        _denying("backup:StartRestoreJob"),
    ],
)
def test_denial_of_others_stops_no_job(denial: Change) -> None:
    assert verdict(_REACH, denial) is Verdict.KEPT


_GRANT = f"{_STATEMENTS}.5.Condition"


# AWS's own policy allows them for Aurora, but no page says which job fails without which.
@pytest.mark.parametrize(
    ("action", "changes"),
    [
        ("rds:AddTagsToResource", [_without(1, "rds:AddTagsToResource")]),
        ("rds:DeleteDBClusterSnapshot", [_without(1, "rds:DeleteDBClusterSnapshot")]),
        ("rds:ListTagsForResource", [_without(0, "rds:ListTagsForResource")]),
        ("rds:ListTagsForResource", [_without(1, "rds:ListTagsForResource")]),
        ("backup:CopyFromBackupVault", [_without(1, "backup:CopyFromBackupVault")]),
        ("rds:DescribeDBClusters", [_without(2, "rds:DescribeDBClusters")]),
        ("rds:DescribeDBClusterSnapshots", [_without(2, "rds:DescribeDBClusterSnapshots")]),
        (
            "rds:DescribeDBClusterAutomatedBackups",
            [_without(2, "rds:DescribeDBClusterAutomatedBackups")],
        ),
        ("backup:DescribeBackupVault", [_without(3, "backup:DescribeBackupVault")]),
        ("kms:DescribeKey", [cut(f"{_STATEMENTS}.4")]),
        ("kms:CreateGrant", [cut(f"{_STATEMENTS}.5")]),
        ("kms:CreateGrant", [cut(f"{_STATEMENTS}.5.Resource.1")]),
        ("kms:CreateGrant", [put(f"{_GRANT}.StringLike", {"kms:ViaService": "ec2.*"})]),
        ("kms:CreateGrant", [put(f"{_GRANT}.Bool", {"kms:GrantIsForAWSResource": "false"})]),
        (
            "kms:CreateGrant",
            [
                put(
                    f"{_GRANT}.ForAnyValue:StringEquals",
                    {"kms:ResourceAliases": ["alias/orders"]},
                )
            ],
        ),
    ],
)
def test_what_aws_documents_for_the_role_is_a_condition(action: str, changes: list[Change]) -> None:
    after = finding(_REACH, *changes)

    assert after.verdict is Verdict.CONDITIONAL
    assert f"AWS Backup does without {action}" in after.why


def test_role_without_deletion_is_enough_for_backups_that_never_expire() -> None:
    forever = (cut(f"{_RULE}.Lifecycle"), cut(f"{_COPY}.Lifecycle"))

    assert verdict(_REACH, *forever, _without(1, "rds:DeleteDBClusterSnapshot")) is Verdict.KEPT


def test_role_of_another_template_is_a_condition() -> None:
    role = "arn:aws:iam::111122223333:role/backup"

    assert verdict(_REACH, put(f"{_SELECTION}.IamRoleArn", role)) is Verdict.CONDITIONAL


# Another plan may cover it as well.
def test_second_plan_without_the_database_changes_nothing() -> None:
    plan = {"BackupPlanName": "other", "BackupPlanRule": list[Json]()}
    other = {
        "Type": "AWS::Backup::BackupPlan",
        "Condition": "IsDatabaseHome",
        "Properties": {"BackupPlan": plan},
    }

    assert verdict(_REACH, put("OtherPlan", other)) is Verdict.KEPT


def test_role_with_the_policy_of_aws_is_enough() -> None:
    policy = {
        "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/"
        "AWSBackupServiceRolePolicyForBackup"
    }

    after = verdict(
        _REACH,
        cut("BackupRole.Properties.Policies"),
        put("BackupRole.Properties.ManagedPolicyArns", [policy]),
    )

    assert after is Verdict.KEPT


def test_role_with_a_policy_of_aws_that_denies_all_stores_nothing() -> None:
    policy = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll"}

    after = verdict(_REACH, put("BackupRole.Properties.ManagedPolicyArns", [policy]))

    assert after is Verdict.BROKEN


def test_second_copy_needs_its_vault_too() -> None:
    copy = {
        "DestinationBackupVaultArn": {
            "Fn::Sub": _ARN % ("${AWS::Region}", "payment-vault-${EnvironmentSuffix}")
        }
    }

    assert verdict(_REACH, append(f"{_RULE}.CopyActions", copy)) is Verdict.BROKEN
