"""Adds the role of AWS Backup, which may take snapshots of this database and copy them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import backup as vault_actions
from awacs import kms as key_actions
from awacs import rds as database_actions
from awacs import sts, tag
from awacs.aws import (
    Allow,
    Bool,
    Condition,
    ForAnyValueStringEquals,
    PolicyDocument,
    Principal,
    Statement,
    StringLike,
)
from troposphere import Sub, iam

from payment_templates import naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awacs.aws import Action, ConditionElement
    from troposphere import AWSHelperFn

    from payment_templates.options import Options
    from payment_templates.scope import Scope


def add_role(scope: Scope, *, regions: Sequence[str], attributes: dict[str, Any]) -> iam.Role:
    """Add the role; `regions` are the pseudo parameter and the parameters with their names."""
    # Without conditions: AWS documents none for this service.
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
    trust = Statement(
        Effect=Allow,
        Principal=Principal("Service", "backup.amazonaws.com"),
        Action=[sts.AssumeRole],
    )
    return scope.add(
        iam.Role(
            "BackupRole",
            RoleName=naming.physical_name("AWS::IAM::Role", "backup"),
            AssumeRolePolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[trust]),
            # On the role itself: without tag:GetResources, AWS Backup refuses the selection:
            # https://github.com/vinycoolguy2015/awslambda/issues/1
            Policies=[
                iam.Policy(
                    PolicyName="backup",
                    PolicyDocument=PolicyDocument(
                        Version="2012-10-17", Statement=_statements(scope.options, regions)
                    ),
                )
            ],
            Tags=naming.tags("backup-role"),
            **attributes,
        )
    )


def _statements(options: Options, regions: Sequence[str]) -> list[Statement]:
    # What AWSBackupServiceRolePolicyForBackup allows for clusters, narrowed to this one, without
    # continuous backups and other accounts:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html#customer-managed-policies
    cluster = naming.database_cluster_arn(options)
    snapshots = [_arn("rds", region, "cluster-snapshot:awsbackup:*") for region in regions]
    keys = [_arn("kms", region, "key/*") for region in regions]
    alias = naming.key_alias()
    return [
        _allow(
            "TakeSnapshot",
            [database_actions.CreateDBClusterSnapshot, database_actions.ListTagsForResource],
            [cluster, snapshots[0]],
        ),
        _allow(
            "CopyAndExpireSnapshots",
            [
                database_actions.AddTagsToResource,
                database_actions.CopyDBClusterSnapshot,
                database_actions.DeleteDBClusterSnapshot,
                database_actions.ListTagsForResource,
                vault_actions.CopyFromBackupVault,
            ],
            snapshots,
        ),
        # AWS's own policy allows them on *: AWS does not document which ones AWS Backup describes.
        _allow(
            "Find",
            [
                database_actions.DescribeDBClusterAutomatedBackups,
                database_actions.DescribeDBClusterSnapshots,
                database_actions.DescribeDBClusters,
                tag.GetResources,
            ],
            ["*"],
        ),
        _allow(
            "StoreInVaults",
            [vault_actions.CopyIntoBackupVault, vault_actions.DescribeBackupVault],
            [naming.backup_vault_arn(region) for region in regions],
        ),
        # By the alias, because the stack knows only the key of its own region. The second alias is
        # asked for by the last sentence of
        # https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
        _allow(
            "DescribeKeys",
            [key_actions.DescribeKey],
            keys,
            ForAnyValueStringEquals("kms:ResourceAliases", [alias, "alias/aws/backup"]),
        ),
        _allow(
            "LetDatabaseServiceUseKeys",
            [key_actions.CreateGrant],
            keys,
            Bool("kms:GrantIsForAWSResource", "true"),
            StringLike("kms:ViaService", "rds.*"),
            ForAnyValueStringEquals("kms:ResourceAliases", [alias]),
        ),
    ]


def _arn(service: str, region: str, resource: str) -> Sub:
    return Sub(f"arn:${{AWS::Partition}}:{service}:${{{region}}}:${{AWS::AccountId}}:{resource}")


def _allow(
    sid: str,
    actions: Sequence[Action],
    resources: Sequence[str | AWSHelperFn],
    *only: ConditionElement,
) -> Statement:
    condition = {"Condition": Condition(list(only))} if only else {}
    return Statement(
        Sid=sid, Effect=Allow, Action=list(actions), Resource=list(resources), **condition
    )
