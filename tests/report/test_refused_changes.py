"""The changes of properties that AWS refuses, and those that an UpdatePolicy decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.refused_changes import (
    IMMUTABLE,
    INDEXES,
    LOWERED_WITH,
    NEVER_AFTER,
    NEVER_ENABLED,
    NEVER_LOWER,
    NEVER_OLDER,
    ONE_AT_A_TIME,
)
from payment_templates.facts.update_policies import REPLACES_WITH, REPLACES_WITHOUT
from payment_templates.report.comparison.comparison import compare_resources

if TYPE_CHECKING:
    from payment_templates.report.comparison import ResourceChange

Json = dict[str, Any]
INSTANCE, TABLE = "AWS::RDS::DBInstance", "AWS::DynamoDB::Table"
CACHE, VOLUME = "AWS::ElastiCache::ReplicationGroup", "AWS::EC2::Volume"
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
FILES, KAFKA = "AWS::FSx::FileSystem", "AWS::MSK::Cluster"
UNCHANGEABLE = "CloudFormation cannot change {} of an existing resource"


def change(kind: str, before: Json, after: Json, **attributes: object) -> ResourceChange:
    old, new = (
        parse_template(
            json.dumps({"Resources": {"It": {"Type": kind, **attributes, "Properties": it}}})
        )
        for it in (before, after)
    )
    (found,) = compare_resources(old, new, "us-east-1", {})
    return found


def version(text: str) -> Json:
    return {"EngineVersion": text}


def ontap(deployment: str, capacity: int) -> Json:
    return {"StorageCapacity": capacity, "OntapConfiguration": {"DeploymentType": deployment}}


def broker(size: int) -> Json:
    storage = {"EBSStorageInfo": {"VolumeSize": size}}
    return {"BrokerNodeGroupInfo": {"StorageInfo": storage}}


def index(name: str, key: str = "a") -> Json:
    return {"IndexName": name, "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}]}


def projecting(*names: str) -> Json:
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": [*names]}
    return {**index("x"), "Projection": projection}


def replicas(*regions: str) -> Json:
    return {"TableName": "t", "Replicas": [{"Region": it} for it in regions]}


def indexes(*found: Json) -> Json:
    return {"TableName": "t", "GlobalSecondaryIndexes": [*found]}


REFUSED: dict[str, tuple[str, Json, Json, str]] = {
    "class of a log group": (
        "AWS::Logs::LogGroup",
        *({}, {"LogGroupClass": "INFREQUENT_ACCESS"}),
        UNCHANGEABLE.format("LogGroupClass"),
    ),
    "zone of a volume": (
        VOLUME,
        *({"AvailabilityZone": "us-east-1a"}, {"AvailabilityZone": "us-east-1b"}),
        UNCHANGEABLE.format("AvailabilityZone"),
    ),
    "smaller volume": (VOLUME, {"Size": 100}, {"Size": "50"}, "AWS refuses a lower Size"),
    "encrypted volume": (VOLUME, {}, {"Encrypted": True}, UNCHANGEABLE.format("Encrypted")),
    "tier of a parameter": (
        "AWS::SSM::Parameter",
        *({"Tier": "Advanced"}, {"Tier": "Standard"}, "AWS refuses Tier Standard after Advanced"),
    ),
    "older engine": (
        INSTANCE,
        version("16.4"),
        version("15.4"),
        "AWS refuses an older EngineVersion",
    ),
    "older minor version": (
        "AWS::RDS::DBCluster",
        *(version("15.10"), version("15.9"), "AWS refuses an older EngineVersion"),
    ),
    "older Aurora MySQL": (
        "AWS::RDS::DBCluster",
        version("8.0.mysql_aurora.3.05.2"),
        version("8.0.mysql_aurora.3.04.0"),
        "AWS refuses an older EngineVersion",
    ),
    "less storage": (
        INSTANCE,
        *({"AllocatedStorage": "100"}, {"AllocatedStorage": "50"}),
        "AWS refuses a lower AllocatedStorage",
    ),
    "less storage for files": (
        FILES,
        *({"StorageCapacity": 300}, {"StorageCapacity": 100}),
        "AWS refuses a lower StorageCapacity",
    ),
    "less storage for files of the first generation": (
        FILES,
        *(ontap("MULTI_AZ_1", 300), ontap("MULTI_AZ_1", 100)),
        "AWS refuses a lower StorageCapacity",
    ),
    "less storage for a broker": (KAFKA, broker(100), broker(50), "AWS refuses a lower VolumeSize"),
    "older Kafka": (
        KAFKA,
        *({"KafkaVersion": "3.5.1"}, {"KafkaVersion": "2.8.1"}),
        "AWS refuses an older KafkaVersion",
    ),
    "two new indexes": (
        TABLE,
        *({"TableName": "t"}, indexes(index("a"), index("b"))),
        "an update creates or deletes one index at most: a, b",
    ),
    "index under another name": (
        TABLE,
        *(indexes(index("a")), indexes(index("b"))),
        "an update creates or deletes one index at most: a, b",
    ),
    "two new indexes of a global table": (
        GLOBAL_TABLE,
        *({"TableName": "t"}, indexes(index("a"), index("b"))),
        "an update creates or deletes one index at most: a, b",
    ),
    "key of an index of a global table": (
        GLOBAL_TABLE,
        *(indexes(index("a")), indexes(index("a", "b")), "an index keeps its KeySchema"),
    ),
    "two new replicas": (
        GLOBAL_TABLE,
        *(replicas("us-east-1"), replicas("us-east-1", "eu-west-1", "eu-west-2")),
        "an update adds or removes one entry of Replicas at most: eu-west-1, eu-west-2",
    ),
    "exchanged replica": (
        GLOBAL_TABLE,
        *(replicas("us-east-1", "eu-west-1"), replicas("us-east-1", "eu-west-2")),
        "an update adds or removes one entry of Replicas at most: eu-west-1, eu-west-2",
    ),
    "address of an account": (
        "AWS::Organizations::Account",
        *({"Email": "a@example.com"}, {"Email": "b@example.com"}),
        UNCHANGEABLE.format("Email"),
    ),
    "visibility of a repository": (
        "AWS::CodeStar::GitHubRepository",
        *({"IsPrivate": True}, {"IsPrivate": False}, UNCHANGEABLE.format("IsPrivate")),
    ),
    "key of an index": (
        TABLE,
        *(indexes(index("a")), indexes(index("a", "b")), "an index keeps its KeySchema"),
    ),
    "attribute of a user pool": (
        "AWS::Cognito::UserPool",
        *({"Schema": [{"Name": "a"}]}, {"Schema": [{"Name": "b"}]}),
        "entries of Schema do not change or leave: a",
    ),
    "removed attribute of a user pool": (
        "AWS::Cognito::UserPool",
        *({"Schema": [{"Name": "a"}, {"Name": "b"}]}, {"Schema": [{"Name": "b"}]}),
        "entries of Schema do not change or leave: a",
    ),
    "standard attribute of a user pool": (
        "AWS::Cognito::UserPool",
        *({"Schema": [{"Name": "a"}]}, {"Schema": [{"Name": "a"}, {"Name": "email"}]}),
        "entries of Schema are not added: email",
    ),
    "required attribute of a user pool": (
        "AWS::Cognito::UserPool",
        *({"Schema": [{"Name": "email"}]}, {"Schema": [{"Name": "email", "Required": True}]}),
        "entries of Schema do not change or leave: email",
    ),
    "case of the names of a user pool": (
        "AWS::Cognito::UserPool",
        *({"UserPoolName": "a"}, {"UsernameConfiguration": {"CaseSensitive": False}}),
        UNCHANGEABLE.format("UsernameConfiguration"),
    ),
    "sign-in of a user pool": (
        "AWS::Cognito::UserPool",
        *({"UsernameAttributes": ["email"]}, {"UsernameAttributes": ["phone_number"]}),
        UNCHANGEABLE.format("UsernameAttributes[0]"),
    ),
}


@pytest.mark.parametrize(("kind", "before", "after", "why"), REFUSED.values(), ids=REFUSED)
def test_change_that_aws_refuses_says_why(kind: str, before: Json, after: Json, why: str) -> None:
    found = change(kind, before, after)

    assert (found.effect, found.why) == ("refused", why)
    assert not found.lost


ACCEPTED: dict[str, tuple[str, Json, Json]] = {
    "default of a log group": ("AWS::Logs::LogGroup", {}, {"LogGroupClass": "STANDARD"}),
    "larger volume": (VOLUME, {"Size": 50}, {"Size": 100}),
    "volume that stays unencrypted": (VOLUME, {}, {"Encrypted": False}),
    "better tier": ("AWS::SSM::Parameter", {"Tier": "Standard"}, {"Tier": "Advanced"}),
    "less storage for files of the second generation": (
        FILES,
        *(ontap("MULTI_AZ_2", 300), ontap("MULTI_AZ_2", 100)),
    ),
    "more storage for a broker": (KAFKA, broker(50), broker(100)),
    "newer Kafka": (KAFKA, {"KafkaVersion": "3.5.1"}, {"KafkaVersion": "3.6.0"}),
    "newer engine": (INSTANCE, version("15.4"), version("16.4")),
    "newer minor version": (INSTANCE, version("15.9"), version("15.10")),
    "major version alone": (INSTANCE, version("15.4"), version("15")),
    "version that is not known": (INSTANCE, version("15.4"), version("${Version}")),
    "further attribute of a user pool": (
        "AWS::Cognito::UserPool",
        *({"Schema": [{"Name": "a"}]}, {"Schema": [{"Name": "b"}, {"Name": "a"}]}),
    ),
    "schema of a user pool that leaves": (
        "AWS::Cognito::UserPool",
        *({"Schema": [{"Name": "email", "Required": True}]}, {"UserPoolName": "a"}),
    ),
    "default of a standard attribute": (
        "AWS::Cognito::UserPool",
        *({"Schema": [{"Name": "email"}]}, {"Schema": [{"Name": "email", "Mutable": True}]}),
    ),
    "order of a user pool's sign-in": (
        "AWS::Cognito::UserPool",
        {"UsernameAttributes": ["email", "phone_number"], "Schema": [{"Name": "a"}, {"Name": "b"}]},
        {"UsernameAttributes": ["phone_number", "email"], "Schema": [{"Name": "b"}, {"Name": "a"}]},
    ),
    "default of the names of a user pool": (
        "AWS::Cognito::UserPool",
        *({}, {"UsernameConfiguration": {"CaseSensitive": True}}),
    ),
    "order of local indexes": (
        TABLE,
        {"LocalSecondaryIndexes": [index("a"), index("b")]},
        {"LocalSecondaryIndexes": [index("b"), index("a")]},
    ),
    "order of the attributes of an index": (
        TABLE,
        *(indexes(projecting("a", "b")), indexes(projecting("b", "a"))),
    ),
    "one new replica": (
        GLOBAL_TABLE,
        *(replicas("us-east-1"), replicas("eu-west-1", "us-east-1")),
    ),
    "one new index of a global table": (GLOBAL_TABLE, {"TableName": "t"}, indexes(index("a"))),
    "one new index": (TABLE, {"TableName": "t"}, indexes(index("a"))),
    "throughput of an index": (
        TABLE,
        indexes(index("a")),
        indexes({**index("a"), "ProvisionedThroughput": {"ReadCapacityUnits": 1}}),
    ),
}


@pytest.mark.parametrize(("kind", "before", "after"), ACCEPTED.values(), ids=ACCEPTED)
def test_change_that_aws_accepts_is_not_refused(kind: str, before: Json, after: Json) -> None:
    assert change(kind, before, after).effect in {"changed in place", "changed with interruptions"}


@pytest.mark.parametrize("before", [{}, {"BacktrackWindow": 0}], ids=["absent", "off"])
def test_backtrack_of_an_existing_cluster_may_fail(before: Json) -> None:
    found = change("AWS::RDS::DBCluster", before, {"BacktrackWindow": 3600})

    assert found.effect == "changed in place"
    assert found.why.startswith("the update may fail: Backtrack is enabled only with a new cluster")


def test_longer_backtrack_window_is_accepted() -> None:
    found = change("AWS::RDS::DBCluster", {"BacktrackWindow": 3600}, {"BacktrackWindow": 7200})

    assert not found.why


def test_replaced_instance_begins_with_an_older_engine() -> None:
    found = change(
        INSTANCE,
        {"DBInstanceIdentifier": "a", **version("16.4")},
        {"DBInstanceIdentifier": "b", **version("15.4")},
    )

    assert found.effect == "replaced"


def attributes(**kinds: str) -> Json:
    listed = [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()]
    return {"TableName": "t", "AttributeDefinitions": listed}


@pytest.mark.parametrize(
    ("after", "effect"),
    [
        (attributes(a="N"), "may be replaced"),
        (attributes(b="S", a="N"), "may be replaced"),
        (attributes(b="S", a="S"), "changed with interruptions"),
        (attributes(b="S"), "changed with interruptions"),
    ],
    ids=["edited", "edited and added", "added", "exchanged"],
)
def test_edited_attribute_may_replace_a_table(after: Json, effect: str) -> None:
    found = change(TABLE, attributes(a="S"), after)

    assert found.effect == effect
    assert bool(found.lost) is (effect == "may be replaced")


NODES: tuple[Json, Json] = ({"NumNodeGroups": 2}, {"NumNodeGroups": 3})
POLICIES: dict[str, tuple[str, Json, Json, Json, str]] = {
    "shards": (CACHE, *NODES, {}, "replaced"),
    "shards, with online resharding": (
        CACHE,
        *NODES,
        {"UpdatePolicy": {"UseOnlineResharding": True}},
        "changed in place",
    ),
    "shards, without online resharding": (
        CACHE,
        *NODES,
        {"UpdatePolicy": {"UseOnlineResharding": "false"}},
        "replaced",
    ),
    "version of a domain": (
        "AWS::OpenSearchService::Domain",
        *(version("OpenSearch_1.0"), version("OpenSearch_2.0"), {}, "replaced"),
    ),
    "version of a domain that is upgraded": (
        "AWS::OpenSearchService::Domain",
        *(version("OpenSearch_1.0"), version("OpenSearch_2.0")),
        *({"UpdatePolicy": {"EnableVersionUpgrade": "true"}}, "changed in place"),
    ),
    "older version of a domain that is upgraded": (
        "AWS::OpenSearchService::Domain",
        *(version("OpenSearch_2.11"), version("OpenSearch_2.3")),
        *({"UpdatePolicy": {"EnableVersionUpgrade": "true"}}, "refused"),
    ),
    "Elasticsearch that becomes OpenSearch": (
        "AWS::OpenSearchService::Domain",
        *(version("Elasticsearch_7.10"), version("OpenSearch_1.0")),
        *({"UpdatePolicy": {"EnableVersionUpgrade": "true"}}, "changed in place"),
    ),
    "version of a legacy domain": (
        "AWS::Elasticsearch::Domain",
        *({"ElasticsearchVersion": "6.8"}, {"ElasticsearchVersion": "7.10"}, {}, "replaced"),
    ),
    "launch template of a group that is replaced": (
        "AWS::AutoScaling::AutoScalingGroup",
        *({"LaunchConfigurationName": "a"}, {"LaunchConfigurationName": "b"}),
        {"UpdatePolicy": {"AutoScalingReplacingUpdate": {"WillReplace": True}}},
        "replaced",
    ),
}


@pytest.mark.parametrize(
    ("kind", "before", "after", "attributes", "effect"), POLICIES.values(), ids=POLICIES
)
def test_update_policy_decides_whether_a_change_replaces(
    kind: str, before: Json, after: Json, attributes: Json, effect: str
) -> None:
    found = change(kind, before, after, **attributes)

    assert found.effect == effect
    assert bool(found.lost) is (effect == "replaced")


PROPERTIES = [
    *((kind, name) for kind, names in IMMUTABLE.items() for name in names),
    *((kind, name) for kind, names in NEVER_LOWER.items() for name in names),
    *((kind, path) for kind, (path, _) in LOWERED_WITH.items()),
    *((kind, name) for kind, names in NEVER_ENABLED.items() for name in names),
    *NEVER_OLDER.items(),
    *((kind, name) for kind, names in NEVER_AFTER.items() for name in names),
    *INDEXES.items(),
    *((kind, name) for kind, (name, _) in ONE_AT_A_TIME.items()),
    *((kind, name) for kind, (_, names) in REPLACES_WITHOUT.items() for name in names),
    *((kind, name) for kind, (_, names) in REPLACES_WITH.items() for name in names),
]


@pytest.mark.parametrize(("kind", "name"), PROPERTIES)
def test_property_exists_and_the_schema_does_not_replace_for_it(kind: str, name: str) -> None:
    schema = resource_schema(kind)

    assert schema
    assert schema.definition(name.replace(".", "/"))
    assert name not in schema.create_only
