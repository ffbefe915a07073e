"""Adds the KMS key that encrypts all data at rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awacs import kms as key_actions
from awacs.aws import (
    Allow,
    ArnLike,
    Bool,
    Condition,
    ForAllValuesStringEquals,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
    StringLike,
)
from troposphere import AWS_ACCOUNT_ID, Ref, Sub, kms

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.scope import Scope

# The shortest waiting period before a key is deleted: ScheduleKeyDeletion, PendingWindowInDays. A
# key that a snapshot needs is retained.
PENDING_WINDOW_DAYS = 7
# The account may use the key only through these services, in any region and partition: for the
# database, for its secret, and to publish to the topic by hand.
SERVICES = ("rds.*", "secretsmanager.*", "sns.*")
# For the deployer, who creates a vault with the key:
# https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html
BACKUPS = "backup.*"
# What a service needs for envelope encryption.
USE = [
    key_actions.Encrypt,
    key_actions.Decrypt,
    key_actions.Action("ReEncrypt*"),
    key_actions.Action("GenerateDataKey*"),
    key_actions.DescribeKey,
]
# The publishers of the topic: alarms, event rules and the events of the database.
ALARMS = "cloudwatch.amazonaws.com"
EVENT_RULES = "events.amazonaws.com"
DATABASE_EVENTS = "events.rds.amazonaws.com"
PUBLISHERS = (ALARMS, EVENT_RULES, DATABASE_EVENTS)
# Managing the key without using it: the console's list for administrators without CreateGrant,
# which would let an administrator use the key.
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
ADMINISTER = [
    key_actions.Action(verb)
    for verb in (
        "CreateAlias", "Describe*", "Enable*", "List*", "Put*", "Update*", "Revoke*", "Disable*",
        "Get*", "Delete*", "TagResource", "UntagResource", "ScheduleKeyDeletion",
        "CancelKeyDeletion",
    )
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Encryption:
    """The key of the stack."""

    key: kms.Key


def add_encryption(scope: Scope) -> Encryption:
    """Add the key, its policy and its alias."""
    key = scope.add(
        kms.Key(
            "EncryptionKey",
            Description=Sub("Data of ${EnvironmentSuffix}"),
            # Set explicitly, so that a disabled key is drift.
            Enabled=True,
            EnableKeyRotation=True,
            PendingWindowInDays=PENDING_WINDOW_DAYS,
            KeyPolicy=_key_policy(scope),
            Tags=naming.tags("key"),
        )
    )
    scope.add(
        kms.Alias(
            "EncryptionKeyAlias",
            AliasName=naming.key_alias(),
            TargetKeyId=key.ref(),
        )
    )
    return Encryption(key=key)


def _key_policy(scope: Scope) -> PolicyDocument:
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            _let_account_administer(),
            _let_account_use_through_services(scope),
            _let_services_hold_grants(),
            *([_let_vaults_retire_grants()] if scope.options.vault_days else []),
            _let_logs_use(scope),
            _let_publishers_use(),
            *_let_fargate_use(),
        ],
    )


def _account() -> Principal:
    return Principal("AWS", Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root"))


def _let_account_administer() -> Statement:
    return Statement(
        Sid="Administer",
        Effect=Allow,
        Principal=_account(),
        Action=ADMINISTER,
        Resource=["*"],
    )


def _let_account_use_through_services(scope: Scope) -> Statement:
    # For principals that IAM allows, such as the deployer and the tasks that read the secret, and
    # only through these services.
    services = [*SERVICES, BACKUPS] if scope.options.vault_days else list(SERVICES)
    return Statement(
        Sid="Use",
        Effect=Allow,
        Principal=_account(),
        Action=USE,
        Resource=["*"],
        Condition=Condition(StringLike("kms:ViaService", services)),
    )


def _let_services_hold_grants() -> Statement:
    # RDS holds grants as long as the database and its Performance Insights exist:
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html
    return Statement(
        Sid="HoldGrants",
        Effect=Allow,
        Principal=_account(),
        Action=[key_actions.CreateGrant],
        Resource=["*"],
        Condition=Condition(Bool("kms:GrantIsForAWSResource", "true")),
    )


def _let_vaults_retire_grants() -> Statement:
    # For the deployer of a vault, besides what Use and HoldGrants allow:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html
    return Statement(
        Sid="RetireGrants",
        Effect=Allow,
        Principal=_account(),
        Action=[key_actions.RetireGrant],
        Resource=["*"],
        Condition=Condition(StringLike("kms:ViaService", BACKUPS)),
    )


def _let_logs_use(scope: Scope) -> Statement:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    return Statement(
        Sid="LogsUse",
        Effect=Allow,
        Principal=Principal("Service", Sub("logs.${AWS::Region}.${AWS::URLSuffix}")),
        Action=USE,
        Resource=["*"],
        Condition=Condition(
            ArnLike("kms:EncryptionContext:aws:logs:arn", naming.log_group_arns(scope.options))
        ),
    )


def _let_fargate_use() -> list[Statement]:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
    fargate = Principal("Service", "fargate.amazonaws.com")
    of_the_cluster = StringEquals(
        {
            "kms:EncryptionContext:aws:ecs:clusterAccount": [Ref(AWS_ACCOUNT_ID)],
            "kms:EncryptionContext:aws:ecs:clusterName": [naming.ecs_cluster_name()],
        }
    )
    only_decrypt = ForAllValuesStringEquals("kms:GrantOperations", ["Decrypt"])
    return [
        Statement(
            Sid="FargateUse",
            Effect=Allow,
            Principal=fargate,
            Action=[key_actions.GenerateDataKeyWithoutPlaintext],
            Resource=["*"],
            Condition=Condition(of_the_cluster),
        ),
        Statement(
            Sid="FargateHoldGrants",
            Effect=Allow,
            Principal=fargate,
            Action=[key_actions.CreateGrant],
            Resource=["*"],
            Condition=Condition([of_the_cluster, only_decrypt]),
        ),
    ]


def _let_publishers_use() -> Statement:
    # EventBridge sends no aws:SourceAccount, but SNS always names the topic that it encrypts for:
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    topic = StringEquals("kms:EncryptionContext:aws:sns:topicArn", naming.topic_arn())
    return Statement(
        Sid="PublishersUse",
        Effect=Allow,
        Principal=Principal("Service", list(PUBLISHERS)),
        Action=[key_actions.Decrypt, key_actions.Action("GenerateDataKey*")],
        Resource=["*"],
        Condition=Condition(topic),
    )
