"""Lists the changes of properties that AWS refuses, although the schemas do not say so.

The properties of AWS::KMS::Key are in `create_only`, where the schema's description is the source.
"Guide" is awsdocs/aws-cloudformation-user-guide@19dc52cd.
"""

from __future__ import annotations

# The properties that never change, each with what AWS takes if it is absent (None: no default).
IMMUTABLE: dict[str, dict[str, object]] = {
    # "Updates aren't supported": aws-properties-waitcondition.md (guide).
    "AWS::CloudFormation::WaitCondition": {"Count": None, "Handle": None, "Timeout": None},
    # "Updates are not supported": aws-resource-codestar-githubrepository.md (guide).
    "AWS::CodeStar::GitHubRepository": {
        "Code": None,
        "EnableIssues": None,
        "IsPrivate": None,
        "RepositoryAccessToken": None,
        "RepositoryDescription": None,
        "RepositoryName": None,
        "RepositoryOwner": None,
    },
    # UpdateUserPool has none of these (botocore, cognito-idp).
    "AWS::Cognito::UserPool": {
        "AliasAttributes": None,
        "UsernameAttributes": None,
        # "This is the default value" (UsernameConfigurationType).
        "UsernameConfiguration": {"CaseSensitive": True},
    },
    # "Updates are not supported" for its parts (guide), and UpdateTable has none (botocore).
    "AWS::DynamoDB::Table": {"LocalSecondaryIndexes": None},
    # "Updates are not supported": aws-resource-ec2-volume.md (guide).
    "AWS::EC2::Volume": {
        "AvailabilityZone": None,
        "Encrypted": False,
        "KmsKeyId": None,
        "SnapshotId": None,
    },
    # "Updates are not supported": aws-resource-lightsail-instance.md (guide).
    "AWS::Lightsail::Instance": {"Location": None},
    # CreateLogGroup: "can't be changed after a log group is created", "the default of STANDARD".
    "AWS::Logs::LogGroup": {"LogGroupClass": "STANDARD"},
    # "Updates are not supported": aws-resource-organizations-account.md (guide). The update handler
    # moves and tags the account only: the schema.
    "AWS::Organizations::Account": {"AccountName": None, "Email": None, "RoleName": None},
}
# The numbers that AWS does not lower; "A.B" is a property within another one.
NEVER_LOWER: dict[str, tuple[str, ...]] = {
    # ModifyVolume: "must be greater than or equal to the existing size of the volume".
    "AWS::EC2::Volume": ("Size",),
    # botocore, fsx, UpdateFileSystem: "Use this parameter to increase the storage capacity".
    "AWS::FSx::FileSystem": ("StorageCapacity",),
    # "You can't decrease the storage":
    # https://docs.aws.amazon.com/msk/latest/developerguide/msk-update-storage.html
    "AWS::MSK::Cluster": ("BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize",),
    # "You can't reduce the amount of storage on a volume after you have allocated storage for it":
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.ScalingUp.html
    "AWS::RDS::DBInstance": ("AllocatedStorage",),
}
# The values of a property with which AWS does lower them: "For second-generation FSx for ONTAP file
# systems, you can also decrease the storage capacity", UpdateFileSystem, as above.
LOWERED_WITH: dict[str, tuple[str, tuple[str, ...]]] = {
    "AWS::FSx::FileSystem": ("OntapConfiguration.DeploymentType", ("MULTI_AZ_2", "SINGLE_AZ_2")),
}
# The numbers that AWS may refuse to raise if they were 0, or absent, and why. "You can modify
# backtracking only for a DB cluster that has the Backtrack feature enabled":
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Backtrack.Configuring.html
NEVER_ENABLED: dict[str, dict[str, str]] = {
    "AWS::RDS::DBCluster": {"BacktrackWindow": "Backtrack is enabled only with a new cluster"},
}
# The versions to which AWS does not return. RDS: "the version number of the database engine to
# which you want to upgrade" (ModifyDBCluster), "Cannot upgrade aurora-postgresql from 12.8 to 12.4"
# (github.com/ministryofjustice/cloud-platform-environments/pull/7615), and of instances 4420.
# ElastiCache, MemoryDB: "you cannot downgrade" (ModifyReplicationGroup, UpdateCluster). OpenSearch:
# "The upgrade process is irreversible"
# (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/starting-upgrades.html).
# Kafka's of MSK: github.com/hashicorp/terraform-provider-aws/pull/13654.
NEVER_OLDER: dict[str, str] = {
    "AWS::DocDB::DBCluster": "EngineVersion",
    "AWS::ElastiCache::CacheCluster": "EngineVersion",
    "AWS::ElastiCache::ReplicationGroup": "EngineVersion",
    "AWS::Elasticsearch::Domain": "ElasticsearchVersion",
    "AWS::MSK::Cluster": "KafkaVersion",
    "AWS::MemoryDB::Cluster": "EngineVersion",
    "AWS::Neptune::DBCluster": "EngineVersion",
    "AWS::OpenSearchService::Domain": "EngineVersion",
    "AWS::RDS::DBCluster": "EngineVersion",
    "AWS::RDS::DBInstance": "EngineVersion",
    "AWS::RDS::GlobalCluster": "EngineVersion",
}
# The values that AWS does not take after another one: the former one, and the refused ones.
NEVER_AFTER: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    # PutParameter: "you can't revert an advanced parameter to a standard parameter".
    "AWS::SSM::Parameter": {"Tier": ("Advanced", ("Standard",))},
}
# The lists whose entries, each with its name, never change or leave: "Existing schema attributes
# cannot be modified or deleted" (github.com/aws-amplify/amplify-cli/issues/13989). The whole list
# may leave: github.com/aws-amplify/amplify-backend/issues/3299.
ENTRIES_STAY: dict[str, tuple[str, str]] = {"AWS::Cognito::UserPool": ("Schema", "Name")}
# Of these, the entries that are never added: AddCustomAttributes, with which CloudFormation adds
# (github.com/go-to-k/cdkd/pull/926), adds no standard attribute of OpenID Connect.
# https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
NEVER_ADDED: dict[str, frozenset[str]] = {
    "AWS::Cognito::UserPool": frozenset(
        {
            *("address", "birthdate", "email", "family_name", "gender", "given_name", "locale"),
            *("middle_name", "name", "nickname", "phone_number", "picture", "preferred_username"),
            *("profile", "sub", "updated_at", "website", "zoneinfo"),
        }
    )
}
# What AWS takes for them where a part is absent: they are mutable (page as above).
DEFAULTS_OF_NEVER_ADDED: dict[str, dict[str, object]] = {
    "AWS::Cognito::UserPool": {"DeveloperOnlyAttribute": False, "Mutable": True, "Required": False}
}
# The lists of which an update adds or removes one entry at most, each with what names it: "you can
# only add or remove a single replica in each update", aws-resource-dynamodb-globaltable.md (guide).
ONE_AT_A_TIME = {"AWS::DynamoDB::GlobalTable": ("Replicas", "Region")}
# The list of indexes of which an update creates or deletes one at most: "Updates are not supported"
# (aws-properties-dynamodb-table-globalsecondaryindex.md), "You can delete or add one global
# secondary index" (aws-resource-dynamodb-table.md, guide); github.com/aws/aws-cdk/issues/14920.
# Global tables: "You can only create or delete one global secondary index in a single stack
# operation" (aws-resource-dynamodb-globaltable.md), and "Updates are not supported" too.
INDEXES = {
    "AWS::DynamoDB::GlobalTable": "GlobalSecondaryIndexes",
    "AWS::DynamoDB::Table": "GlobalSecondaryIndexes",
}
# The lists of which only the order may differ, at any depth: AWS keeps them as sets.
UNORDERED: dict[str, tuple[str, ...]] = {
    "AWS::Cognito::UserPool": ("AliasAttributes", "UsernameAttributes"),
    "AWS::DynamoDB::GlobalTable": ("NonKeyAttributes",),
    "AWS::DynamoDB::Table": ("LocalSecondaryIndexes", "NonKeyAttributes"),
}
# The parts of an index that never change.
INDEX_NAME = "IndexName"
INDEX_PARTS = ("KeySchema", "Projection")
