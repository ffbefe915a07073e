"""Ways to leave data unencrypted, or its key unusable."""

from __future__ import annotations

from tests.evidence.changes import Change, cut, put
from tests.evidence.mutations.mutation import Mutation, mutation

_KEY = "EncryptionKey.Properties"
_STATEMENTS = f"{_KEY}.KeyPolicy.Statement"
_DISKS = "Cluster.Properties.Configuration.ManagedStorageConfiguration"


def _unencrypted(title: str, *changes: Change) -> Mutation:
    return mutation(title, "encrypted-at-rest", *changes)


ENCRYPTION = (
    _unencrypted(
        "a queue is not encrypted",
        put("Queue", {"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSseEnabled": False}}),
    ),
    _unencrypted("a table has a key of AWS", put("Table", {"Type": "AWS::DynamoDB::Table"})),
    _unencrypted(
        "a table names a key, and does not use it",
        put(
            "Table",
            {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "SSESpecification": {"KMSMasterKeyId": {"Fn::GetAtt": ["EncryptionKey", "Arn"]}}
                },
            },
        ),
    ),
    _unencrypted("a stream is not encrypted", put("Stream", {"Type": "AWS::Kinesis::Stream"})),
    _unencrypted("a bucket is not encrypted", put("Bucket", {"Type": "AWS::S3::Bucket"})),
    _unencrypted("the key is disabled", put(f"{_KEY}.Enabled", value=False)),
    _unencrypted(
        "the key signs",
        put(f"{_KEY}.KeySpec", "RSA_2048"),
        put(f"{_KEY}.KeyUsage", "SIGN_VERIFY"),
    ),
    _unencrypted("the key does not let logs in", cut(f"{_STATEMENTS}.3")),
    _unencrypted(
        "the key does not let one log group in",
        cut(f"{_STATEMENTS}.3.Condition.ArnLike.kms:EncryptionContext:aws:logs:arn.0"),
    ),
    _unencrypted("the key may not be used by RDS and the secret", cut(f"{_STATEMENTS}.1")),
    _unencrypted("no one may grant RDS the key", cut(f"{_STATEMENTS}.2")),
    _unencrypted(
        "the disks of the tasks are encrypted with AWS's own key",
        cut("Cluster.Properties.Configuration"),
    ),
    _unencrypted("Fargate may not generate a key for a disk", cut(f"{_STATEMENTS}.5")),
    mutation(
        "Fargate may use the key for another cluster alone",
        "tasks-can-start",
        put(
            f"{_STATEMENTS}.6.Condition.StringEquals.kms:EncryptionContext:aws:ecs:clusterName",
            ["another"],
        ),
    ),
    mutation(
        "Fargate may use the key for another account alone",
        "tasks-can-start",
        put(
            f"{_STATEMENTS}.5.Condition.StringEquals.kms:EncryptionContext:aws:ecs:clusterAccount",
            ["999999999999"],
        ),
    ),
    mutation("Fargate may create no grant", "tasks-can-start", cut(f"{_STATEMENTS}.6")),
    mutation(
        "the key of the disks is named by its alias",
        "tasks-can-start",
        put(f"{_DISKS}.FargateEphemeralStorageKmsKeyId", {"Ref": "EncryptionKeyAlias"}),
    ),
    mutation(
        "the key of the disks is a multi-Region key",
        "tasks-can-start",
        put(f"{_KEY}.MultiRegion", value=True),
    ),
    mutation(
        "the key of the disks is disabled",
        "tasks-can-start",
        put(f"{_KEY}.Enabled", value=False),
    ),
    _unencrypted("the key locks its account out", cut(f"{_STATEMENTS}.0")),
    _unencrypted(
        "logs name their key by its ID",
        put("DatabaseLogGroup.Properties.KmsKeyId", {"Ref": "EncryptionKey"}),
    ),
    _unencrypted(
        "the secret that RDS makes is on the key of AWS",
        cut("DatabaseCluster.Properties.MasterUserPassword"),
        put("DatabaseCluster.Properties.ManageMasterUserPassword", value=True),
    ),
)
