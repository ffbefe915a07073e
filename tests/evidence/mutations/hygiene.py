"""Ways to break deletion, secrets, names and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import append, cut, drop, put, turn
from tests.evidence.mutations.mutation import mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Json

_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_REGIONS = ("us-east-1", "us-west-2")
_PASSWORD = {"Ref": "DBMasterPassword"}
_RESOLVED = {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:password}}"}
_ADMINISTRATOR = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}
_TRUST = "TaskRole.Properties.AssumeRolePolicyDocument.Statement.0"


def _cache(token: object) -> Json:
    return {"Type": "AWS::ElastiCache::ReplicationGroup", "Properties": {"AuthToken": token}}


HYGIENE = (
    mutation(
        "a log group is retained",
        "deletion-policies",
        put("ApplicationLogGroup.DeletionPolicy", "Retain"),
    ),
    mutation(
        "the cluster leaves a snapshot", "deletion-policies", cut("DatabaseCluster.DeletionPolicy")
    ),
    mutation(
        "the cluster is protected",
        "nothing-outlives-stack",
        turn("DatabaseCluster.Properties.DeletionProtection"),
    ),
    mutation("Aurora makes its own log group", "nothing-outlives-stack", drop("DatabaseLogGroup")),
    mutation(
        "the topic is not encrypted",
        "encrypted-at-rest",
        cut("AlertTopic.Properties.KmsMasterKeyId"),
    ),
    mutation(
        "the database is not encrypted",
        "encrypted-at-rest",
        turn("DatabaseCluster.Properties.StorageEncrypted"),
    ),
    mutation(
        "the key is not rotated",
        "encrypted-at-rest",
        turn("EncryptionKey.Properties.EnableKeyRotation"),
    ),
    mutation(
        "the topic has no suffix",
        "names-carry-suffix",
        put("AlertTopic.Properties.TopicName", "payment-alerts"),
    ),
    mutation(
        "the load balancer's name is too long",
        "names-within-limits",
        put(
            "LoadBalancer.Properties.Name",
            {"Fn::Sub": "payment-load-balancer-${EnvironmentSuffix}"},
        ),
    ),
    mutation(
        "the password is echoed", "secrets-not-in-clear", cut("Parameters.DBMasterPassword.NoEcho")
    ),
    mutation(
        "the password is in the environment",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0.Value", {"Ref": "DBMasterPassword"}),
    ),
    mutation(
        "the password is in the template",
        "secrets-not-in-clear",
        put("DatabaseCluster.Properties.MasterUserPassword", "correct-horse"),
    ),
    mutation(
        "the password is in the environment by a dynamic reference",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_LOGIN", "Value": _RESOLVED}),
    ),
    mutation(
        "the password is in a parameter of Systems Manager",
        "secrets-not-in-clear",
        put("SecretParameter.Properties.Value", _RESOLVED),
    ),
    mutation(
        "the password is in an output",
        "secrets-not-in-clear",
        put("Outputs.Leak", {"Value": _RESOLVED}),
    ),
    mutation(
        "the environment holds a password",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_PASSWORD", "Value": "hunter2hunter2"}),
    ),
    mutation(
        "the environment holds a number as a password",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_PASSWORD", "Value": 12345678}),
    ),
    mutation(
        "the environment holds a password with the region in it",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "DB_PASSWORD", "Value": {"Fn::Sub": "hunter2-${AWS::Region}"}},
        ),
    ),
    mutation(
        "the environment holds a password with a variable that is in the template",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "DB_PASSWORD", "Value": {"Fn::Sub": ["hunter2-${End}", {"End": "hunter2"}]}},
        ),
    ),
    mutation(
        "the environment holds an encoded password",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_PASSWORD", "Value": {"Fn::Base64": "x1"}}),
    ),
    mutation(
        "the environment shows a part of the password",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "X", "Value": {"Fn::Select": [0, {"Fn::Split": ["-", _PASSWORD]}]}},
        ),
    ),
    mutation(
        "the environment shows the password as JSON",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "X", "Value": {"Fn::ToJsonString": {"password": _PASSWORD}}},
        ),
    ),
    mutation(
        "a client's secret has the region in it",
        "secrets-not-in-clear",
        put(
            "Login",
            {
                "Type": "AWS::Lex::Bot",
                "Properties": {"ClientSecret": {"Fn::Sub": "abcdef${AWS::Region}"}},
            },
        ),
    ),
    mutation(
        "one branch of a part of the token is in the template",
        "secrets-not-in-clear",
        put("Cache", _cache({"Fn::Join": ["", ["a", {"Fn::If": ["HasZones", _PASSWORD, "b"]}]]})),
    ),
    mutation(
        "one branch of a variable of the token is in the template",
        "secrets-not-in-clear",
        put(
            "Cache",
            _cache({"Fn::Sub": ["a${P}", {"P": {"Fn::If": ["HasZones", _PASSWORD, "b"]}}]}),
        ),
    ),
    mutation(
        "the token is in a mapping",
        "secrets-not-in-clear",
        lambda document: document.setdefault("Mappings", {}).update(
            {"Tokens": {region: {"Cache": "abcdef1234567890"} for region in _REGIONS}}
        ),
        put("Cache", _cache({"Fn::FindInMap": ["Tokens", {"Ref": "AWS::Region"}, "Cache"]})),
    ),
    mutation(
        "the secret is a negative number",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(
            "DatabaseSecret.Properties.SecretString",
            {"Fn::Sub": '{"username":"${EnvironmentSuffix}","password":-12345678}'},
        ),
    ),
    mutation(
        "the token of a cache is a number",
        "secrets-not-in-clear",
        put("Cache", _cache(1234567890123456)),
    ),
    mutation(
        "the token of a cache has the region in it",
        "secrets-not-in-clear",
        put("Cache", _cache({"Fn::Sub": "abcdef1234567890${AWS::Region}"})),
    ),
    mutation(
        "the secret is half a parameter, and half is a number",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(
            "DatabaseSecret.Properties.SecretString",
            {"Fn::Sub": '{"username":"${EnvironmentSuffix}","password":12345678}'},
        ),
    ),
    mutation(
        "the secret is in the template",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put("DatabaseSecret.Properties.SecretString", '{"password":"hunter2hunter2"}'),
    ),
    mutation(
        "the secret is half a parameter, and half is in the template",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(
            "DatabaseSecret.Properties.SecretString",
            {"Fn::Sub": '{"username":"${EnvironmentSuffix}","password":"hunter2hunter2"}'},
        ),
    ),
    mutation(
        "a parameter is an access key",
        "secrets-not-in-clear",
        # The key of AWS's own examples.
        put("Parameters.Access", {"Type": "String", "Default": "AKIAIOSFODNN7EXAMPLE"}),
    ),
    mutation(
        "the password is a plain parameter of Systems Manager",
        "secrets-not-in-clear",
        put("DatabaseCluster.Properties.MasterUserPassword", "{{resolve:ssm:/payment/password}}"),
    ),
    mutation(
        "the password has a default in the template",
        "secrets-not-in-clear",
        put(
            "DatabaseCluster.Properties.MasterUserPassword",
            {"Fn::If": ["HasPassword", {"Ref": "DBMasterPassword"}, "changeme123"]},
        ),
    ),
    mutation(
        "the password is in a command",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Command",
            ["sh", "-c", {"Fn::Join": ["", ["x=", {"Ref": "DBMasterPassword"}]]}],
        ),
    ),
    mutation(
        "tasks may do everything in SSM",
        "wildcards-have-a-reason",
        put("TaskPolicy.Properties.PolicyDocument.Statement.0.Action", ["ssm:*"]),
    ),
    mutation(
        "tasks may read every secret",
        "wildcards-have-a-reason",
        put("SecretPolicy.Properties.PolicyDocument.Statement.0.Resource", ["*"]),
    ),
    mutation(
        "tasks are administrators",
        "wildcards-have-a-reason",
        put("TaskRole.Properties.ManagedPolicyArns", [_ADMINISTRATOR]),
    ),
    mutation(
        "tasks may do all but IAM",
        "wildcards-have-a-reason",
        append(
            "TaskPolicy.Properties.PolicyDocument.Statement",
            {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["arn:aws:ssm:::parameter/a"]},
        ),
    ),
    *(
        mutation(
            f"tasks may use {resource}",
            "wildcards-have-a-reason",
            put("TaskPolicy.Properties.PolicyDocument.Statement.0.Resource", [resource]),
        )
        for resource in (
            "arn:*",
            "arn:aws:secretsmanager:*:*:*",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:*",
        )
    ),
    mutation(
        "the key allows every action in other letters",
        "wildcards-have-a-reason",
        put("EncryptionKey.Properties.KeyPolicy.Statement.0.Action", ["kms:?*"]),
    ),
    mutation(
        "anyone may be the task under a condition that always holds",
        "wildcards-have-a-reason",
        put(
            _TRUST,
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringNotEquals": {"aws:x": "1"}},
            },
        ),
    ),
    mutation(
        "anyone but one may be the task",
        "wildcards-have-a-reason",
        put(
            _TRUST,
            {
                "Effect": "Allow",
                "NotPrincipal": {"AWS": "arn:aws:iam::999999999999:root"},
                "Action": "sts:AssumeRole",
            },
        ),
    ),
    mutation(
        "anyone may read the secret by its own policy",
        "wildcards-have-a-reason",
        put(
            "SecretAccess",
            {
                "Type": "AWS::SecretsManager::ResourcePolicy",
                "Properties": {
                    "SecretId": {"Ref": "DatabaseSecret"},
                    "ResourcePolicy": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": "*",
                                "Action": "secretsmanager:GetSecretValue",
                                "Resource": {"Ref": "DatabaseSecret"},
                            }
                        ]
                    },
                },
            },
        ),
    ),
    mutation("no output leads to the dashboard", "outputs-for-tests", cut("Outputs.DashboardName")),
    mutation(
        "deleting the cluster leaves a snapshot",
        "nothing-outlives-stack",
        put("DatabaseCluster.DeletionPolicy", "Snapshot"),
    ),
    mutation(
        "the key is retained",
        "nothing-outlives-stack",
        put("EncryptionKey.DeletionPolicy", "Retain"),
    ),
    mutation(
        "the cluster is protected in other letters",
        "nothing-outlives-stack",
        put("DatabaseCluster.Properties.DeletionProtection", "True"),
    ),
    mutation(
        "enhanced monitoring makes its log group",
        "nothing-outlives-stack",
        put("DatabaseWriter.Properties.MonitoringInterval", 60),
    ),
    mutation(
        "a flow log makes its log group",
        "nothing-outlives-stack",
        put(
            "FlowLog",
            {"Type": "AWS::EC2::FlowLog", "Properties": {"LogGroupName": "/vpc/flows"}},
        ),
    ),
    mutation(
        "a user has one name in both regions",
        "names-unique-across-regions",
        put(
            "Operator",
            {
                "Type": "AWS::IAM::User",
                "Properties": {"UserName": {"Fn::Sub": "payment-${EnvironmentSuffix}"}},
            },
        ),
    ),
)
