"""Ways to break the database."""

from __future__ import annotations

from tests.evidence.changes import append, cut, drop, put, turn
from tests.evidence.mutations.mutation import mutation

_ENVIRONMENT = "TaskDefinition.Properties.ContainerDefinitions.0.Environment"
_INGRESS = "DatabaseSecurityGroup.Properties.SecurityGroupIngress.0"
_REFERENCE = "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:password}}"
_PASSWORD = {"Fn::Sub": _REFERENCE}
_GENERATED = "DatabaseCluster.Properties.MasterUserPassword.Fn::If.2"
_HOST = {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]}

DATABASE = (
    mutation("a reader is removed", "three-database-instances", drop("DatabaseReader2")),
    mutation(
        "a reader is beside the writer",
        "readers-in-other-zones",
        put(
            "DatabaseReader1.Properties.AvailabilityZone",
            {"Fn::GetAtt": ["PrivateSubnetA", "AvailabilityZone"]},
        ),
    ),
    mutation(
        "the zone of a reader is left to RDS",
        "three-database-instances",
        cut("DatabaseReader1.Properties.AvailabilityZone"),
    ),
    mutation(
        "the cluster is MySQL",
        "database-fails-over",
        put("DatabaseCluster.Properties.Engine", "aurora-mysql"),
    ),
    mutation(
        "there is no reader",
        "writer-back-within-a-minute",
        drop("DatabaseReader1"),
        drop("DatabaseReader2"),
    ),
    mutation(
        "no backup is kept",
        "backups-kept",
        put("DatabaseCluster.Properties.BackupRetentionPeriod", 0),
    ),
    mutation(
        "the writer is public",
        "database-is-private",
        turn("DatabaseWriter.Properties.PubliclyAccessible"),
    ),
    mutation(
        "the database is in a public subnet",
        "database-is-private",
        put("DatabaseSubnetGroup.Properties.SubnetIds.0", {"Ref": "PublicSubnetA"}),
    ),
    mutation(
        "the service waits for the last reader",
        "database-decides-creation-time",
        append("Service.DependsOn", "DatabaseReader2"),
    ),
    mutation(
        "both readers are updated at once",
        "instances-updated-one-by-one",
        put("DatabaseReader2.DependsOn", ["DatabaseWriter"]),
    ),
    mutation(
        "the cluster has no port",
        "neighbours-can-connect",
        cut("DatabaseCluster.Properties.Port"),
    ),
    mutation(
        "the cluster listens on the port of MySQL",
        "neighbours-can-connect",
        put("DatabaseCluster.Properties.Port", 3306),
    ),
    mutation(
        "a cluster without a port listens where no rule leads",
        "only-neighbours-connect",
        cut("DatabaseCluster.Properties.Port"),
    ),
    mutation(
        "the database lets in another port than its own",
        "neighbours-can-connect",
        put(f"{_INGRESS}.FromPort", 5433),
        put(f"{_INGRESS}.ToPort", 5433),
    ),
    mutation(
        "the tasks are let out on another port than the database's",
        "neighbours-can-connect",
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1.FromPort", 5433),
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1.ToPort", 5433),
    ),
    mutation(
        "a connection string has another port",
        "neighbours-can-connect",
        append(
            _ENVIRONMENT,
            {
                "Name": "STORE",
                "Value": {
                    "Fn::Sub": "postgresql://${DatabaseCluster.Endpoint.Address}:3306/payments"
                },
            },
        ),
    ),
    mutation(
        "a port beside a host of the same prefix is another",
        "neighbours-can-connect",
        append(_ENVIRONMENT, {"Name": "LEDGER_HOST", "Value": _HOST}),
        append(_ENVIRONMENT, {"Name": "LEDGER_PORT", "Value": "3306"}),
    ),
    mutation(
        "the tasks get another port",
        "neighbours-can-connect",
        put(f"{_ENVIRONMENT}.3.Value", "5433"),
    ),
    mutation(
        "a parameter changes the port of all instances",
        "instances-updated-one-by-one",
        put("DatabaseCluster.Properties.Port", {"Ref": "ContainerPort"}),
    ),
    mutation(
        "a generated and a given password are in one secret",
        "changed-password-reaches-database",
        put("DatabaseSecret.Properties.Name", {"Fn::Sub": "payment-database-${EnvironmentSuffix}"}),
    ),
    mutation(
        "an image makes a new password of the same name",
        "changed-password-reaches-database",
        put(
            "DatabaseSecret.Properties.GenerateSecretString",
            {"PasswordLength": 40, "ExcludeCharacters": {"Ref": "ContainerImage"}},
        ),
    ),
    mutation(
        "the database reads the secret of generated passwords by its name",
        "changed-password-reaches-database",
        put(
            "DatabaseCluster.Properties.MasterUserPassword",
            {
                "Fn::Sub": "{{resolve:secretsmanager:payment-database-${EnvironmentSuffix}"
                ":SecretString:password}}"
            },
        ),
    ),
    # A number with a default and without choices.
    mutation(
        "a port makes a new password of the same name",
        "changed-password-reaches-database",
        put(
            "DatabaseSecret.Properties.GenerateSecretString",
            {"PasswordLength": {"Ref": "ContainerPort"}},
        ),
    ),
    mutation(
        "the database always reads the secret that a new given password changes",
        "changed-password-reaches-database",
        put("DatabaseCluster.Properties.MasterUserPassword", _PASSWORD),
    ),
    mutation(
        "a parameter changes how the password is generated",
        "changed-password-reaches-database",
        put("Parameters.Length", {"Type": "Number", "Default": 40, "AllowedValues": [40, 30]}),
        put(
            "DatabaseSecret.Properties.GenerateSecretString.Fn::If.2.PasswordLength",
            {"Ref": "Length"},
        ),
    ),
    mutation(
        "the database has the user's name for a password",
        "changed-password-reaches-database",
        put(f"{_GENERATED}.Fn::Sub", _REFERENCE.replace(":password", ":username")),
    ),
    mutation(
        "the database has a key of the secret that does not exist",
        "changed-password-reaches-database",
        put(f"{_GENERATED}.Fn::Sub", _REFERENCE.replace(":password", ":secret")),
    ),
    mutation(
        "the database has the previous password of the secret",
        "changed-password-reaches-database",
        put(f"{_GENERATED}.Fn::Sub", _REFERENCE.replace(":password", ":password:AWSPREVIOUS")),
    ),
    mutation(
        "RDS manages the password, and the tasks read another",
        "changed-password-reaches-database",
        cut("DatabaseCluster.Properties.MasterUserPassword"),
        put("DatabaseCluster.Properties.ManageMasterUserPassword", value=True),
    ),
    mutation(
        "the database reads another secret than the tasks",
        "changed-password-reaches-database",
        put(
            "DatabaseCluster.Properties.MasterUserPassword",
            "{{resolve:ssm-secure:/payments/password:1}}",
        ),
    ),
    mutation(
        "the database does not wait for the secret that it reads",
        "changed-password-reaches-database",
        put(
            f"{_GENERATED}.Fn::Sub",
            _REFERENCE.replace("${DatabaseSecret}", "payment-database-${EnvironmentSuffix}"),
        ),
    ),
    mutation(
        "a replaced secret keeps its name, and the parameter cannot be changed back",
        "changed-password-reaches-database",
        put("DatabaseSecret.UpdateReplacePolicy", "Retain"),
    ),
    mutation(
        "a secret that is no longer wanted keeps its name",
        "changed-password-reaches-database",
        put(
            "GivenSecret",
            {
                "Type": "AWS::SecretsManager::Secret",
                "Condition": "HasPassword",
                "DeletionPolicy": "RetainExceptOnCreate",
                "Properties": {"Name": "given", "SecretString": {"Ref": "DBMasterPassword"}},
            },
        ),
    ),
    mutation(
        "the first creation is always protected",
        "failed-creation-rolls-back",
        put("DatabaseCluster.Properties.DeletionProtection", value=True),
    ),
    mutation(
        "the key stays after a creation that fails",
        "failed-creation-rolls-back",
        put("EncryptionKey.DeletionPolicy", "Retain"),
    ),
    mutation(
        "the database is named by the engine's version",
        "no-update-replaces-state",
        put("DatabaseCluster.Properties.DatabaseName", {"Fn::Sub": "p${DBEngineVersion}"}),
    ),
    mutation(
        "a version in a variable of the database's name",
        "no-update-replaces-state",
        put(
            "DatabaseCluster.Properties.DatabaseName",
            {"Fn::Sub": ["p${Version}", {"Version": {"Ref": "DBEngineVersion"}}]},
        ),
    ),
    mutation(
        "a version in the database's name, by way of another resource",
        "no-update-replaces-state",
        put(
            "OtherTopic",
            {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": {"Fn::Sub": "p${DBEngineVersion}"}},
            },
        ),
        put("DatabaseCluster.Properties.DatabaseName", {"Fn::GetAtt": "OtherTopic.TopicName"}),
    ),
    mutation(
        "a version in a list that the database's name is made of",
        "no-update-replaces-state",
        put(
            "DatabaseCluster.Properties.DatabaseName",
            {"Fn::Join": ["", ["p", {"Fn::Select": [0, [{"Ref": "DBEngineVersion"}]]}]]},
        ),
    ),
    mutation(
        "a condition within a condition decides the database's name",
        "no-update-replaces-state",
        put("Conditions.IsNew", {"Fn::Equals": [{"Ref": "DBEngineVersion"}, "15.10"]}),
        put("Conditions.IsOld", {"Fn::Not": [{"Condition": "IsNew"}]}),
        put("DatabaseCluster.Properties.DatabaseName", {"Fn::If": ["IsOld", "old", "new"]}),
    ),
)
