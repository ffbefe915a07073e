"""Mutations that leave something behind when a creation fails."""

from __future__ import annotations

from tests.evidence.changes import append, put, remove
from tests.evidence.mutations.mutation import Mutation, mutation

_CLAIM = "failed-creation-rolls-back"
_STATEMENTS = "EncryptionKey.Properties.KeyPolicy.Statement"


def _protected(title: str, resource_type: str, **properties: object) -> Mutation:
    return mutation(title, _CLAIM, put("Other", {"Type": resource_type, "Properties": properties}))


def _denied(action: str) -> Mutation:
    statement = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*"}
    return mutation(f"the key's policy denies {action}", _CLAIM, append(_STATEMENTS, statement))


ROLLBACK = (
    _denied("kms:ScheduleKeyDeletion"),
    _denied("kms:DeleteAlias"),
    _protected("a machine cannot be terminated", "AWS::EC2::Instance", DisableApiTermination=True),
    _protected(
        "a user pool is protected from the start",
        *("AWS::Cognito::UserPool",),
        DeletionProtection="ACTIVE",
    ),
    _protected(
        "a firewall is protected from the start",
        *("AWS::NetworkFirewall::Firewall",),
        DeleteProtection=True,
    ),
    _protected(
        "a policy store is protected from the start",
        *("AWS::VerifiedPermissions::PolicyStore",),
        DeletionProtection={"Mode": "ENABLED"},
    ),
    _protected(
        "a copy of a global table is protected from the start",
        *("AWS::DynamoDB::GlobalTable",),
        Replicas=[{"Region": "us-east-1", "DeletionProtectionEnabled": True}],
    ),
    _protected("a graph is protected by default", "AWS::NeptuneGraph::Graph"),
    mutation(
        "the key's policy denies its deletion to the account by its ID",
        _CLAIM,
        append(
            _STATEMENTS,
            {
                "Effect": "Deny",
                "Principal": {"AWS": {"Ref": "AWS::AccountId"}},
                "Action": "kms:ScheduleKeyDeletion",
                "Resource": "*",
            },
        ),
    ),
    mutation(
        "the key's policy stops the deletion of the stack",
        "nothing-outlives-stack",
        remove(f"{_STATEMENTS}.0.Action", "kms:ScheduleKeyDeletion"),
    ),
)
