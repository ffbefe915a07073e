"""Whether the keys of production's backups let the role of AWS Backup use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.backups.test_backups import OPT_IN, finding
from tests.evidence.changes import Json, append, changed, cut, put
from tests.evidence.faults.test_single_databases import WITH_BACKUPS
from tests.evidence.templates import verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change

_CLAIM = "backups-reach-their-vaults"
_POLICY = "EncryptionKey.Properties.KeyPolicy"
_STATEMENTS = f"{_POLICY}.Statement"
_OF_ROLE = "BackupRole.Properties.Policies.0.PolicyDocument.Statement"
_OTHER: Json = {"AWS": "arn:aws:iam::111122223333:role/orders"}
# The other region has no role.
_ROLE: Json = {
    "AWS": {"Fn::If": ["IsDatabaseHome", {"Fn::GetAtt": ["BackupRole", "Arn"]}, _OTHER["AWS"]]}
}
_BY_NAME: Json = {
    "AWS": {
        "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"
        "payment-backup-${EnvironmentSuffix}-us-east-1"
    }
}
_ROOT: Json = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
_NO_COPIES = cut("BackupPlan.Properties.BackupPlan.BackupPlanRule.0.CopyActions")
# Policy variables, whose values only IAM knows.
_OWN_ACCOUNT = {"StringNotEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}
_OWN_KEYS = "arn:aws:kms:*:${aws:PrincipalAccount}:key/*"
_KEY_CALLED_ASTERISK = "arn:aws:kms:*:*:key/${*}"
_ANOTHER_POLICY = "arn:aws:iam::111122223333:policy/guard"
_UNKNOWN = {"StringEquals": {"aws:PrincipalTag/team": "payments"}}


def _stated(effect: str, principal: object, *actions: str, condition: Json | None = None) -> Change:
    statement: Json = {
        "Effect": effect,
        "Principal": principal,
        "Action": [*actions],
        "Resource": "*",
    }
    return append(_STATEMENTS, statement | ({"Condition": condition} if condition else {}))


def _administered_by(principal: Json) -> tuple[Change, ...]:
    """Let another principal do what the account may."""
    return tuple(put(f"{_STATEMENTS}.{index}.Principal", principal) for index in range(4))


# "Your IAM role must have access to the KMS key": AWS Backup guide, encryption.
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([_stated("Deny", _ROLE, "kms:*")], id="the role, here"),
        pytest.param([_stated("Deny", _BY_NAME, "kms:*")], id="the role, by its name"),
        pytest.param([_stated("Deny", _ROOT, "kms:*")], id="the account"),
        pytest.param([_stated("Deny", "*", "kms:*")], id="everyone"),
        pytest.param(
            [_stated("Deny", _ROLE, "kms:CreateGrant", "kms:DescribeKey")], id="both actions"
        ),
        pytest.param(_administered_by(_OTHER), id="a policy for another role alone"),
        pytest.param([cut(f"{_OF_ROLE}.5"), cut(f"{_OF_ROLE}.4")], id="a role without permissions"),
        pytest.param(
            [put(f"{_OF_ROLE}.{index}.Resource", _KEY_CALLED_ASTERISK) for index in (4, 5)],
            id="a role for a key that is called *",
        ),
    ],
)
def test_key_that_refuses_the_role_breaks_the_promise(changes: list[Change]) -> None:
    after = finding(_CLAIM, *changes)

    assert after.verdict is Verdict.BROKEN
    assert "BackupRole may not use EncryptionKey in us-east-1, the key of its backups" in after.why


def test_key_of_the_copies_refuses_the_role_too() -> None:
    only_there = {"StringEquals": {"aws:RequestedRegion": "us-west-2"}}

    after = finding(_CLAIM, _stated("Deny", _BY_NAME, "kms:*", condition=only_there))

    assert after.verdict is Verdict.BROKEN
    assert "BackupRole may not use EncryptionKey in us-west-2, the key of its backups" in after.why


def test_permission_on_the_key_here_is_none_on_the_key_of_the_copies() -> None:
    here: Json = {"Fn::GetAtt": ["EncryptionKey", "Arn"]}

    after = finding(
        _CLAIM,
        *(put(f"{_OF_ROLE}.{index}.Resource", here) for index in (4, 5)),
        *(cut(f"{_OF_ROLE}.{index}.Condition") for index in (4, 5)),
    )

    assert after.verdict is Verdict.BROKEN
    assert "BackupRole may not use EncryptionKey in us-west-2, the key of its backups" in after.why


# No page says which job fails without which of the two actions, and a condition may hold.
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            [_stated("Deny", _ROLE, "kms:CreateGrant")],
            "without kms:CreateGrant on EncryptionKey in us-east-1, which BackupRole may not use",
        ),
        (
            [put(f"{_STATEMENTS}.2.Principal", _OTHER)],
            "without kms:CreateGrant on EncryptionKey in us-west-2, which BackupRole may not use",
        ),
        (
            [put(f"{_STATEMENTS}.2.Condition", {"StringLike": {"kms:ViaService": "backup.*"}})],
            "without kms:CreateGrant on EncryptionKey in us-east-1, which BackupRole may not use",
        ),
        (
            [_stated("Deny", _ROLE, "kms:*", condition=_UNKNOWN)],
            "BackupRole may kms:DescribeKey on EncryptionKey in us-east-1",
        ),
        ([_stated("Deny", "*", "kms:*", condition=_OWN_ACCOUNT)], "BackupRole may kms:DescribeKey"),
        (
            [append(_OF_ROLE, {"Effect": "Deny", "Action": "kms:*", "Resource": _OWN_KEYS})],
            "BackupRole may kms:DescribeKey on EncryptionKey in us-east-1",
        ),
        (
            [put(f"{_OF_ROLE}.{index}.Resource", _OWN_KEYS) for index in (4, 5)],
            "BackupRole may kms:DescribeKey on EncryptionKey in us-east-1",
        ),
        (
            [put("BackupRole.Properties.ManagedPolicyArns", [_ANOTHER_POLICY])],
            "BackupRole may kms:DescribeKey on EncryptionKey in us-east-1",
        ),
        (
            [
                put(
                    "DatabaseCluster.Properties.KmsKeyId",
                    "arn:aws:kms:us-east-1:111122223333:key/a",
                )
            ],
            "the policy of arn:aws:kms:us-east-1:111122223333:key/a lets BackupRole use it",
        ),
    ],
    ids=[
        *("one action", "another role", "another service", "unknown condition"),
        *("variable in a condition", "variable in a denial", "variable in a permission"),
        *("another policy of the account", "another template"),
    ],
)
def test_key_that_may_refuse_the_role_is_a_condition(changes: list[Change], why: str) -> None:
    after = finding(_CLAIM, *changes)

    assert after.verdict is Verdict.CONDITIONAL
    assert why in after.why


# The key policy alone is enough if it names the role: KMS guide, key-policies.
@pytest.mark.parametrize(
    "changes",
    [
        [_stated("Deny", _OTHER, "kms:*")],
        [_stated("Deny", _ROLE, "kms:ScheduleKeyDeletion")],
        [cut(_POLICY)],
        [_stated("Allow", _BY_NAME, "kms:CreateGrant"), cut(f"{_OF_ROLE}.5")],
    ],
    ids=["another role", "another action", "the default policy", "the policy names the role"],
)
def test_key_that_lets_the_role_use_it_changes_nothing(changes: list[Change]) -> None:
    after = finding(_CLAIM, *changes)

    assert (after.verdict, after.why) == (Verdict.CONDITIONAL, OPT_IN)


_WITHOUT_KEYS = (cut(f"{_OF_ROLE}.5"), cut(f"{_OF_ROLE}.4"))
_ANOTHER_KEY = "arn:aws:kms:us-east-1:111122223333:key/a"


# Its policy may name the role, or its alias be the one of the key that the role may use.
@pytest.mark.parametrize(
    ("key", "changes"),
    [
        (_ANOTHER_KEY, _WITHOUT_KEYS),
        (
            "alias/orders",
            tuple(put(f"{_OF_ROLE}.{index}.Resource", _ANOTHER_KEY) for index in (4, 5)),
        ),
    ],
    ids=["no permission", "permission by the ARN"],
)
def test_key_of_another_template_is_a_condition(key: str, changes: tuple[Change, ...]) -> None:
    after = finding(_CLAIM, put("DatabaseCluster.Properties.KmsKeyId", key), _NO_COPIES, *changes)

    assert after.verdict is Verdict.CONDITIONAL
    assert f"the policy of {key} lets BackupRole use it" in after.why


def test_denial_of_the_role_holds_for_the_key_of_another_template() -> None:
    denial: Json = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}

    after = finding(
        _CLAIM, put("DatabaseCluster.Properties.KmsKeyId", _ANOTHER_KEY), append(_OF_ROLE, denial)
    )

    assert after.verdict is Verdict.BROKEN


def test_key_of_aws_lets_every_role_of_the_account_use_it_through_rds() -> None:
    template = changed(WITH_BACKUPS, put("Database.Properties.KmsKeyId", "alias/aws/rds"))

    assert verdict_of(_CLAIM, template) is Verdict.KEPT


def test_role_needs_no_permission_for_the_key_of_aws() -> None:
    after = finding(
        _CLAIM,
        put("DatabaseCluster.Properties.KmsKeyId", "alias/aws/rds"),
        _NO_COPIES,
        *_WITHOUT_KEYS,
    )

    assert (after.verdict, after.why) == (Verdict.CONDITIONAL, OPT_IN)
