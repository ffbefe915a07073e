"""What an update from one template to another does to each resource."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click import style
from hypothesis import given
from hypothesis import strategies as st

from payment_templates.cloudformation import TemplateError, parse_template
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.create_only import (
    ALSO_CREATE_ONLY,
    REPLACED_BY,
    UNCHANGEABLE,
)
from payment_templates.report.comparison import Effect, compare
from payment_templates.report.comparison.comparison import compare_resources
from payment_templates.report.comparison.output import to_markdown, to_text
from tests.evidence.changes import append, changed, cut, put
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.templates import production_document, real_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.report.comparison import Comparison, ResourceChange
    from tests.evidence.changes import Change, Json

REGION = "us-east-1"
TOPIC = {"Type": "AWS::SNS::Topic"}
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "payments"}}
REFERENCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
_UPDATES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
_TROUBLE = f"{_UPDATES}troubleshooting.html"


DOCUMENTS = [real_document(), production_document()]
LAUNCH_TYPE = "Service.Properties.LaunchType"
STRATEGY = "Service.Properties.CapacityProviderStrategy"
ON_SPOT = [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]


def resources(*changes: Change, before: Json | None = None) -> Mapping[str, ResourceChange]:
    document = before or real_document()
    old = parse_template(json.dumps(document))
    new = parse_template(json.dumps(changed(document, *changes)))
    return {it.logical_id: it for it in compare_resources(old, new, REGION, {})}


def comparison(before: Json, after: Json) -> Comparison:
    return compare(parse_template(json.dumps(before)), parse_template(json.dumps(after)))


def small(*, top: Json | None = None, **entries: object) -> Template:
    """Return a template with these resources, and other sections."""
    return parse_template(json.dumps({**(top or {}), "Resources": entries}), name="template")


def renamed(document: Json) -> None:
    subscription = document["Resources"].pop("AlertEmailSubscription")
    subscription["Properties"]["Endpoint"] = "other@example.com"
    document["Resources"]["NewSubscription"] = subscription


def removed_alarm(document: Json) -> None:
    del document["Resources"]["TaskFailureAlarm"]
    # The dashboard would refer to it.
    dashboard = document["Resources"]["Dashboard"]["Properties"]
    text = json.dumps(dashboard["DashboardBody"]).replace("TaskFailureAlarm", "ResponseTimeAlarm")
    dashboard["DashboardBody"] = json.loads(text)


def swapped(document: Json) -> None:
    subnets: list[Any] = document["Resources"]["LoadBalancer"]["Properties"]["Subnets"]
    subnets[0], subnets[1] = subnets[1], subnets[0]


def added_zone(document: Json) -> None:
    document["Resources"]["PrivateSubnetD"] = {
        **document["Resources"]["PrivateSubnetC"],
        "Properties": {
            **document["Resources"]["PrivateSubnetC"]["Properties"],
            "CidrBlock": "10.0.14.0/24",
        },
    }
    document["Resources"]["DatabaseSubnetGroup"]["Properties"]["SubnetIds"].append(
        {"Ref": "PrivateSubnetD"}
    )


# A change; the resource; the effect; the source. Properties: "Update requires" of the page.
CASES: dict[str, tuple[Change, str, Effect, str]] = {
    "default of a parameter": (
        put("Parameters.DBEngineVersion.Default", "15.99"),
        *("DatabaseCluster", Effect.INTERRUPTION, f"{REFERENCE}aws-resource-rds-dbcluster.html"),
    ),
    "condition of a record": (
        put("DnsRecord.Condition", "HasCertificate"),
        *("DnsRecord", Effect.REMOVED, f"{_UPDATES}conditions-section-structure.html"),
    ),
    "renamed logical ID and endpoint: the new one": (
        renamed,
        *("NewSubscription", Effect.ADDED, f"{_UPDATES}resources-section-structure.html"),
    ),
    "renamed logical ID and endpoint: the old one": (
        renamed,
        *("AlertEmailSubscription", Effect.REMOVED, f"{_UPDATES}resources-section-structure.html"),
    ),
    "CIDR block of a subnet": (
        put("PrivateSubnetA.Properties.CidrBlock", "10.0.50.0/24"),
        *("PrivateSubnetA", Effect.REPLACED, f"{REFERENCE}aws-resource-ec2-subnet.html"),
    ),
    "what names a replaced subnet": (
        put("PrivateSubnetA.Properties.CidrBlock", "10.0.50.0/24"),
        "PrivateAssociationA",
        Effect.REPLACED,
        f"{REFERENCE}aws-resource-ec2-subnetroutetableassociation.html",
    ),
    "an instance in the zone of a replaced subnet": (
        put("PrivateSubnetB.Properties.CidrBlock", "10.0.50.0/24"),
        *("DatabaseReader1", Effect.MAY_REPLACE, f"{REFERENCE}aws-resource-rds-dbinstance.html"),
    ),
    "a service in a replaced subnet": (
        put("PrivateSubnetB.Properties.CidrBlock", "10.0.50.0/24"),
        *("Service", Effect.IN_PLACE, f"{REFERENCE}aws-resource-ecs-service.html"),
    ),
    "engine version": (
        put("DatabaseCluster.Properties.EngineVersion", "15.99"),
        *("DatabaseCluster", Effect.INTERRUPTION, f"{REFERENCE}aws-resource-rds-dbcluster.html"),
    ),
    "added zone: its subnet": (
        added_zone,
        *("PrivateSubnetD", Effect.ADDED, f"{_UPDATES}using-cfn-updating-stacks.html"),
    ),
    "added zone: the subnet group": (
        added_zone,
        "DatabaseSubnetGroup",
        Effect.IN_PLACE,
        f"{REFERENCE}aws-resource-rds-dbsubnetgroup.html",
    ),
    "task size": (
        put("TaskDefinition.Properties.Cpu", "512"),
        *("TaskDefinition", Effect.REPLACED, f"{REFERENCE}aws-resource-ecs-taskdefinition.html"),
    ),
    "the service of another task size": (
        put("TaskDefinition.Properties.Cpu", "512"),
        *("Service", Effect.IN_PLACE, f"{REFERENCE}aws-resource-ecs-service.html"),
    ),
    "removed alarm": (
        removed_alarm,
        *("TaskFailureAlarm", Effect.REMOVED, f"{_UPDATES}using-cfn-updating-stacks.html"),
    ),
    "swapped subnets": (
        swapped,
        "LoadBalancer",
        Effect.IN_PLACE,
        f"{REFERENCE}aws-resource-elasticloadbalancingv2-loadbalancer.html",
    ),
    "changed name of an alarm": (
        put("TaskFailureAlarm.Properties.AlarmName", "another"),
        *("TaskFailureAlarm", Effect.REPLACED, f"{REFERENCE}aws-resource-cloudwatch-alarm.html"),
    ),
    "threshold of an alarm": (
        put("TaskFailureAlarm.Properties.Threshold", 3),
        *("TaskFailureAlarm", Effect.IN_PLACE, f"{REFERENCE}aws-resource-cloudwatch-alarm.html"),
    ),
    "name of the database in the same cluster": (
        put("DatabaseCluster.Properties.DatabaseName", "other"),
        *("DatabaseCluster", Effect.REFUSED, _TROUBLE),
    ),
    "cluster with another name": (
        put("DatabaseCluster.Properties.DBClusterIdentifier", "other"),
        *("DatabaseCluster", Effect.REPLACED, f"{REFERENCE}aws-resource-rds-dbcluster.html"),
    ),
    "instance of a replaced cluster, with its name": (
        put("DatabaseCluster.Properties.DBClusterIdentifier", "other"),
        *("DatabaseWriter", Effect.REFUSED, _TROUBLE),
    ),
    "class of an instance": (
        put("DatabaseWriter.Properties.DBInstanceClass", "db.r6g.large"),
        *("DatabaseWriter", Effect.INTERRUPTION, f"{REFERENCE}aws-resource-rds-dbinstance.html"),
    ),
    "port of a database": (
        put("DatabaseCluster.Properties.Port", 5433),
        *("DatabaseCluster", Effect.IN_PLACE, f"{REFERENCE}aws-resource-rds-dbcluster.html"),
    ),
    "type of a resource": (
        put("AlertTopic.Type", "AWS::SQS::Queue"),
        *("AlertTopic", Effect.REFUSED, _TROUBLE),
    ),
    "port of a target group": (
        put("TargetGroup.Properties.Port", 8081),
        "TargetGroup",
        Effect.REFUSED,
        f"{REFERENCE}aws-resource-elasticloadbalancingv2-targetgroup.html",
    ),
    "interval of health checks": (
        put("TargetGroup.Properties.HealthCheckIntervalSeconds", 10),
        "TargetGroup",
        Effect.IN_PLACE,
        f"{REFERENCE}aws-resource-elasticloadbalancingv2-targetgroup.html",
    ),
    "name of a secret": (
        put("DatabaseSecret.Properties.Name", "other"),
        *("DatabaseSecret", Effect.REPLACED, f"{REFERENCE}aws-resource-secretsmanager-secret.html"),
    ),
    "block of the network": (
        put("Vpc.Properties.CidrBlock", "10.1.0.0/16"),
        *("Vpc", Effect.REPLACED, f"{REFERENCE}aws-resource-ec2-vpc.html"),
    ),
    "a subnet of a replaced network": (
        put("Vpc.Properties.CidrBlock", "10.1.0.0/16"),
        *("PublicSubnetA", Effect.REPLACED, f"{REFERENCE}aws-resource-ec2-subnet.html"),
    ),
    "rotation of the key": (
        put("EncryptionKey.Properties.EnableKeyRotation", value=False),
        *("EncryptionKey", Effect.IN_PLACE, f"{REFERENCE}aws-resource-kms-key.html"),
    ),
    "retention of logs": (
        put("ApplicationLogGroup.Properties.RetentionInDays", 14),
        *("ApplicationLogGroup", Effect.IN_PLACE, f"{REFERENCE}aws-resource-logs-loggroup.html"),
    ),
    "a further tag": (
        append("Vpc.Properties.Tags", {"Key": "Team", "Value": "payments"}),
        *("Vpc", Effect.IN_PLACE, f"{REFERENCE}aws-resource-ec2-vpc.html"),
    ),
    "TTL of a record that exists with a domain": (
        put("DnsRecord.Properties.TTL", "60"),
        *("DnsRecord", Effect.IN_PLACE, f"{REFERENCE}aws-resource-route53-recordset.html"),
    ),
    "subnet of a NAT gateway": (
        put("NatGatewayA.Properties.SubnetId", {"Ref": "PublicSubnetB"}),
        # Its address is still associated: github.com/pulumi/pulumi-aws/issues/1483.
        *("NatGatewayA", Effect.REFUSED, f"{REFERENCE}aws-resource-ec2-natgateway.html"),
    ),
    "scheme of the load balancer": (
        put("LoadBalancer.Properties.Scheme", "internal"),
        "LoadBalancer",
        Effect.REFUSED,
        f"{REFERENCE}aws-resource-elasticloadbalancingv2-loadbalancer.html",
    ),
    "number of tasks": (
        put("Service.Properties.DesiredCount", 9),
        *("Service", Effect.IN_PLACE, f"{REFERENCE}aws-resource-ecs-service.html"),
    ),
    "encryption of the database": (
        put("DatabaseCluster.Properties.StorageEncrypted", value=False),
        *("DatabaseCluster", Effect.REFUSED, f"{REFERENCE}aws-resource-rds-dbcluster.html"),
    ),
    "days of backups": (
        put("DatabaseCluster.Properties.BackupRetentionPeriod", 7),
        *("DatabaseCluster", Effect.IN_PLACE, f"{REFERENCE}aws-resource-rds-dbcluster.html"),
    ),
    "port of the listener": (
        put("HttpListener.Properties.Port", 8080),
        "HttpListener",
        Effect.IN_PLACE,
        f"{REFERENCE}aws-resource-elasticloadbalancingv2-listener.html",
    ),
    "name of a record": (
        put("DnsRecord.Properties.Name", {"Fn::Sub": "www.${DomainName}"}),
        *("DnsRecord", Effect.REPLACED, f"{REFERENCE}aws-resource-route53-recordset.html"),
    ),
    "type of a record": (
        put("DnsRecord.Properties.Type", "A"),
        *("DnsRecord", Effect.IN_PLACE, f"{REFERENCE}aws-resource-route53-recordset.html"),
    ),
    "kind of a key": (
        put("EncryptionKey.Properties.KeySpec", "RSA_2048"),
        *("EncryptionKey", Effect.REFUSED, f"{REFERENCE}aws-resource-kms-key.html"),
    ),
    "use of a key": (
        put("EncryptionKey.Properties.KeyUsage", "SIGN_VERIFY"),
        *("EncryptionKey", Effect.REFUSED, f"{REFERENCE}aws-resource-kms-key.html"),
    ),
    "origin of a key": (
        put("EncryptionKey.Properties.Origin", "EXTERNAL"),
        *("EncryptionKey", Effect.REFUSED, f"{REFERENCE}aws-resource-kms-key.html"),
    ),
    "key for several regions": (
        put("EncryptionKey.Properties.MultiRegion", value=True),
        *("EncryptionKey", Effect.REFUSED, f"{REFERENCE}aws-resource-kms-key.html"),
    ),
    "default of a key, spelled out": (
        put("EncryptionKey.Properties.KeySpec", "SYMMETRIC_DEFAULT"),
        *("EncryptionKey", Effect.IN_PLACE, f"{REFERENCE}aws-resource-kms-key.html"),
    ),
    "rules in a security group": (
        put("LoadBalancerSecurityGroup.Properties.SecurityGroupEgress", []),
        "LoadBalancerSecurityGroup",
        Effect.INTERRUPTION,
        f"{REFERENCE}aws-resource-ec2-securitygroup.html",
    ),
}


@pytest.mark.parametrize(
    ("change", "logical_id", "effect"), [it[:3] for it in CASES.values()], ids=CASES
)
def test_effect_of_a_change_is_the_documented_one(
    change: Change, logical_id: str, effect: Effect
) -> None:
    assert resources(change)[logical_id].effect is effect


def test_refused_property_is_named() -> None:
    (change,) = compare(
        small(Key={"Type": "AWS::KMS::Key"}),
        small(Key={"Type": "AWS::KMS::Key", "Properties": {"MultiRegion": True}}),
    ).resources

    assert change.why == "CloudFormation cannot change MultiRegion of an existing resource"
    assert not change.lost


# What identifies a resource although an update changes it in place: "No interruption" in the guide.
CHANGEABLE_IDENTIFIERS = {"AWS::Route53::RecordSet": ("SetIdentifier", "Type")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=["standard", "production"])
def test_what_identifies_a_resource_replaces_it_or_is_listed(document: Json) -> None:
    for kind in {it["Type"] for it in document["Resources"].values()}:
        schema = resource_schema(kind, REGION)
        assert schema
        known = {*schema.create_only, *ALSO_CREATE_ONLY.get(kind, ())}
        given = {*schema.primary_identifier} - schema.read_only

        assert given - known == {*CHANGEABLE_IDENTIFIERS.get(kind, ())}


def _says_that_an_update_fails(definition: Mapping[str, Any]) -> bool:
    return "the update request fails" in str(definition.get("description"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=["standard", "production"])
def test_properties_whose_update_request_fails_are_listed(document: Json) -> None:
    for kind in {it["Type"] for it in document["Resources"].values()}:
        schema = resource_schema(kind, REGION)
        assert schema
        found = {name for name, it in schema.properties.items() if _says_that_an_update_fails(it)}
        listed = {*UNCHANGEABLE.get(kind, ())}

        assert found <= listed
        assert _says_that_an_update_fails(schema.document) == bool(listed)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (put("DatabaseCluster.Properties.StorageEncrypted", value=True), "true"),
        (put("TargetGroup.Properties.Port", 80), "80"),
        (put("TargetGroup.Properties.Port", {"Ref": "ContainerPort"}), 8080),
    ],
    ids=["boolean", "number", "parameter"],
)
def test_type_of_a_scalar_is_no_change(before: Change, after: object) -> None:
    document = changed(real_document(), before)
    place = ("DatabaseCluster.Properties.StorageEncrypted", "TargetGroup.Properties.Port")
    path = place[0] if after == "true" else place[1]

    assert not resources(put(path, after), before=document)


def test_equal_templates_have_no_change() -> None:
    template = parse_template(json.dumps(real_document()))

    assert compare(template, template, parameters=FIXED).is_empty


def test_new_default_counts_only_where_it_is_taken() -> None:
    found = resources(put("Parameters.DBEngineVersion.Default", "15.18"))

    assert found["DatabaseCluster"].when == "DBEngineVersion takes its new default"


_TAKES_ITS_DEFAULT = "EnvironmentSuffix takes its new default"


def test_added_default_leaves_the_value_of_the_stack() -> None:
    found = resources(put("Parameters.EnvironmentSuffix.Default", "dev-001"))

    assert found
    assert all(it.when.startswith(_TAKES_ITS_DEFAULT) for it in found.values())
    assert found["DatabaseCluster"].when == _TAKES_ITS_DEFAULT
    assert found["DnsRecord"].when == f"{_TAKES_ITS_DEFAULT} and HasDomain"


def test_removed_default_leaves_the_value_of_the_stack() -> None:
    before = real_document()
    after = changed(before, cut("Parameters.HealthCheckPath.Default"))

    found = comparison(before, after)

    assert not found.resources
    assert not found.promises
    assert not found.recoveries
    assert [it.name for it in found.parameters] == ["HealthCheckPath"]


def test_promise_that_only_a_new_default_breaks_says_so() -> None:
    document = real_document()
    after = changed(document, put("Parameters.DBEngineVersion.Default", "15.6"))

    found = comparison(document, after)

    assert found.regressions
    assert {it.when for it in found.regressions} == {"parameters take their new defaults"}


def test_change_of_a_conditional_resource_names_its_condition() -> None:
    assert resources(put("DnsRecord.Properties.TTL", "60"))["DnsRecord"].when == "HasDomain"


def test_removed_key_is_a_loss_and_a_retained_one_is_not() -> None:
    retained = changed(real_document(), put("EncryptionKey.DeletionPolicy", "Retain"))

    lost = resources(cut("Resources.EncryptionKey"))["EncryptionKey"].lost
    kept = resources(cut("Resources.EncryptionKey"), before=retained)["EncryptionKey"].lost

    assert lost == "everything encrypted with the key can no longer be read"
    assert not kept


def test_replaced_table_is_a_loss_unless_both_templates_retain_it() -> None:
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "one"}}
    plain = changed(real_document(), put("Resources.Table", table))
    retained = changed(plain, put("Table.UpdateReplacePolicy", "Retain"))
    rename = put("Table.Properties.TableName", "two")

    assert resources(rename, before=plain)["Table"].lost == "every item of the table is lost"
    assert not resources(rename, before=retained)["Table"].lost


def test_removed_resource_that_is_retained_stays_in_the_account() -> None:
    retained = changed(real_document(), put("EncryptionKey.DeletionPolicy", "Retain"))

    found = resources(cut("Resources.EncryptionKey"), before=retained)["EncryptionKey"]

    assert found.retained == "stays in the account, outside the stack"


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ("Retain", "Delete", True),
        ("Retain", None, True),
        ("Retain", "Snapshot", True),
        # A table has no snapshots.
        ("Snapshot", "Delete", False),
        ("Delete", "Snapshot", False),
        ("Delete", "Retain", False),
        ("RetainExceptOnCreate", "RetainExceptOnCreate", False),
        (None, "Delete", False),
    ],
)
@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_policy_that_retains_less_is_a_finding(
    policy: str, before: str | None, after: str | None, *, weaker: bool
) -> None:
    old, new = (small(Table={**TABLE, **({policy: it} if it else {})}) for it in (before, after))

    found = compare(old, new)

    assert [(it.policy, it.before, it.after) for it in found.policies] == (
        [(policy, before, after or "Delete")] if weaker else []
    )
    assert found.fails() or not found.policies


@pytest.mark.parametrize(
    ("policy", "weaker"), [("DeletionPolicy", []), ("UpdateReplacePolicy", ["UpdateReplacePolicy"])]
)
def test_retain_except_on_create_is_a_policy_of_deletion_only(
    policy: str, weaker: list[str]
) -> None:
    old, new = (small(Table={**TABLE, policy: it}) for it in ("Retain", "RetainExceptOnCreate"))

    assert [it.policy for it in compare(old, new).policies] == weaker


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_volume_that_loses_its_snapshot_is_a_finding(policy: str) -> None:
    volume = {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": "us-east-1a"}}
    old, new = (small(Volume={**volume, policy: it}) for it in ("Snapshot", "Delete"))

    assert [it.policy for it in compare(old, new).policies] == [policy]


# A type; a change that replaces the resource; whether it has snapshots.
SNAPSHOTS: dict[str, tuple[str, Json, Json, bool]] = {
    "table": ("AWS::DynamoDB::Table", {"TableName": "a"}, {"TableName": "b"}, False),
    "log group": ("AWS::Logs::LogGroup", {"LogGroupName": "a"}, {"LogGroupName": "b"}, False),
    "file system": ("AWS::EFS::FileSystem", {"Encrypted": True}, {"Encrypted": False}, False),
    "secret": ("AWS::SecretsManager::Secret", {"Name": "a"}, {"Name": "b"}, False),
    "bucket": ("AWS::S3::Bucket", {"BucketName": "a"}, {"BucketName": "b"}, False),
    "cluster": (
        "AWS::RDS::DBCluster",
        *({"DBClusterIdentifier": "a"}, {"DBClusterIdentifier": "b"}, True),
    ),
}


@pytest.mark.parametrize(
    ("kind", "before", "after", "has_snapshots"), SNAPSHOTS.values(), ids=SNAPSHOTS
)
def test_snapshot_retains_only_what_has_snapshots(
    kind: str, before: Json, after: Json, *, has_snapshots: bool
) -> None:
    policies = {"UpdateReplacePolicy": "Snapshot", "DeletionPolicy": "Snapshot"}
    old, new = (small(It={"Type": kind, "Properties": it, **policies}) for it in (before, after))

    (replaced,) = compare_resources(old, new, REGION, {})
    removed = {it.logical_id: it for it in compare_resources(old, small(Topic=TOPIC), REGION, {})}[
        "It"
    ]

    for change in (replaced, removed):
        assert bool(change.lost) is not has_snapshots
        assert bool(change.retained) is has_snapshots


def test_policy_of_what_holds_no_data_is_no_finding() -> None:
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "a"}}

    assert not compare(
        small(Group={**group, "DeletionPolicy": "Retain"}), small(Group=group)
    ).policies


MANY = {"Fn::ForEach::Tables": ["Name", ["A", "B"], {"Table${Name}": {"Type": "AWS::SQS::Queue"}}]}
TAGS = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a/b"}}}


@pytest.mark.parametrize(
    ("added", "what"),
    [
        ({"Transform": "Custom"}, "the macro Custom"),
        ({"Resources": MANY}, "Fn::ForEach::Tables in Resources"),
        (
            {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": TAGS}}},
            "Fn::Transform in Resources.Queue",
        ),
    ],
    ids=["macro", "loop", "included properties"],
)
@pytest.mark.parametrize("side", [0, 1], ids=["old", "new"])
def test_resources_that_only_cloudformation_expands_are_unknown(
    added: Json, what: str, side: int
) -> None:
    plain = small(Topic=TOPIC)
    unexpanded = small(Topic=TOPIC, **added.get("Resources", {}), top=added)
    templates = [unexpanded, plain] if side == 0 else [plain, unexpanded]

    found = compare(*templates)

    assert found.unexpanded == (f"{what} of template",)
    assert compare(unexpanded, unexpanded).fails()
    assert not any(it.better for it in found.promises if it.after == "not applicable")


def test_promise_about_what_is_gone_is_not_better() -> None:
    handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}

    templates = small(Handle=handle, Table=TABLE), small(Handle=handle)

    found = compare(*templates, profiles=("any", "any"))

    (change,) = [it for it in found.promises if it.id == "stacks-share-no-name"]
    assert (change.before, change.after) == ("broken", "not applicable")
    assert (change.better, change.worse) == (False, False)


def test_new_logical_id_with_the_same_name_is_refused() -> None:
    (change,) = compare(small(Old=TABLE), small(New=TABLE)).resources

    assert change.effect is Effect.REFUSED
    assert change.logical_id == "New"
    assert change.why.startswith('Old has the TableName "payments"')
    assert "already exists" in change.why


def test_new_logical_id_with_another_name_is_added() -> None:
    other = {**TABLE, "Properties": {"TableName": "other"}}

    found = {
        it.logical_id: it.effect for it in compare(small(Old=TABLE), small(New=other)).resources
    }

    assert found == {"Old": Effect.REMOVED, "New": Effect.ADDED}


@pytest.mark.parametrize(
    ("before", "after", "narrowed"),
    [
        ({}, {"AllowedValues": ["x"]}, ["AllowedValues: any → x"]),
        ({"AllowedValues": ["x", "y"]}, {"AllowedValues": ["x"]}, ["AllowedValues: x, y → x"]),
        ({"AllowedValues": ["x"]}, {"AllowedValues": ["x", "y"]}, []),
        ({"AllowedValues": ["x"]}, {}, []),
        ({}, {"AllowedPattern": "^a$"}, ["AllowedPattern: none → ^a$"]),
        ({"MaxLength": 9}, {"MaxLength": 8}, ["MaxLength: 9 → 8"]),
        ({"MaxLength": 8}, {"MaxLength": 9}, []),
        ({}, {"MinLength": 3}, ["MinLength: none → 3"]),
        ({"MinValue": 1}, {"MinValue": 2}, ["MinValue: 1 → 2"]),
        ({"MaxValue": 2}, {"MaxValue": 1}, ["MaxValue: 2 → 1"]),
        ({}, {"Type": "Number"}, ["Type: String → Number"]),
    ],
)
def test_parameter_that_accepts_less_is_shown(
    before: Json, after: Json, narrowed: list[str]
) -> None:
    old, new = (
        small(Topic=TOPIC, top={"Parameters": {"Size": {"Type": "String", **it}}})
        for it in (before, after)
    )

    found = compare(old, new).parameters

    assert [line for it in found for line in it.narrowed] == narrowed


def test_new_parameter_without_default_needs_a_value() -> None:
    old = small(Topic=TOPIC)
    new = small(Topic=TOPIC, top={"Parameters": {"Size": {"Type": "String"}}})

    assert [it.needs_value for it in compare(old, new).parameters] == [True]
    assert [it.needs_value for it in compare(old, new, parameters={"Size": "1"}).parameters] == [
        False
    ]


@pytest.mark.parametrize(
    ("after", "change"),
    [
        ({}, ("table", "${Table.Arn}", None)),
        ({"Value": "b", "Export": {"Name": "table"}}, ("table", "${Table.Arn}", "b")),
    ],
    ids=["removed", "another value"],
)
def test_changed_export_is_shown(after: Json, change: tuple[str, str, str | None]) -> None:
    export = {"Value": {"Fn::GetAtt": ["Table", "Arn"]}, "Export": {"Name": "table"}}

    found = compare(
        small(Table=TABLE, top={"Outputs": {"Table": export}}),
        small(Table=TABLE, top={"Outputs": {"Table": after} if after else {}}),
    )

    assert [(it.name, it.before, it.after) for it in found.exports] == [change]


def test_export_of_a_replaced_resource_changes() -> None:
    export = {"Value": {"Fn::GetAtt": ["Table", "Arn"]}, "Export": {"Name": "table"}}
    top = {"Outputs": {"Table": export}}
    other = {**TABLE, "Properties": {"TableName": "other"}}

    found = compare(small(Table=TABLE, top=top), small(Table=other, top=top))

    assert [it.after for it in found.exports] == ["of the new Table"]


def test_mapping_without_the_other_region_is_unknown_there() -> None:
    name = {"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "table"]}
    table = {**TABLE, "Properties": {"TableName": name}}
    top = {"Mappings": {"Names": {REGION: {"table": "one"}}}}

    found = compare(small(Table=TABLE), small(Table=table, top=top))

    assert [it.logical_id for it in found.resources] == ["Table"]
    with pytest.raises(TemplateError, match=r"no mapping Names\.eu-west-1\.table"):
        compare(small(Table=TABLE), small(Table=table, top=top), region="eu-west-1")


def test_unknown_value_is_said_in_words() -> None:
    name = {"Fn::If": ["Other", "a", "b"]}
    top = {
        "Parameters": {"Size": {"Type": "String"}},
        "Conditions": {"Other": {"Fn::Equals": [{"Ref": "Size"}, "1"]}},
    }
    table = {**TABLE, "Properties": {"TableName": name}}

    (change,) = compare(small(Table=TABLE, top=top), small(Table=table, top=top)).resources

    assert change.properties[0].after == (
        'Fn::If: "a" or "b" (the condition Other is not decided: the parameter Size has no value)'
    )


def test_condition_with_equal_branches_is_no_change() -> None:
    encrypted = put(
        "DatabaseCluster.Properties.StorageEncrypted", {"Fn::If": ["HasPassword", True, True]}
    )
    old = real_document()
    templates = [
        parse_template(json.dumps(it, separators=(",", ":")))
        for it in (old, changed(old, encrypted))
    ]

    found = compare(*templates, parameters=FIXED)

    assert not found.resources
    assert not found.regressions


def test_custom_resource_decides_itself() -> None:
    custom = {"Type": "Custom::Thing", "Properties": {"ServiceToken": "arn:x", "Size": 1}}
    document = changed(real_document(), put("Resources.Thing", custom))

    found = resources(put("Thing.Properties.Size", 2), before=document)

    assert found["Thing"].effect is Effect.MAY_REPLACE


# Seen by users of CloudFormation, although a launch type is only conditionally create-only.
@pytest.mark.parametrize(
    ("changes", "effect"),
    [
        ((put(LAUNCH_TYPE, "EC2"),), Effect.REPLACED),
        ((cut(LAUNCH_TYPE), put(STRATEGY, ON_SPOT)), Effect.REPLACED),
        # ECS keeps the former one.
        ((cut(LAUNCH_TYPE),), Effect.MAY_REPLACE),
    ],
    ids=["another", "a strategy instead", "none"],
)
def test_changed_launch_type_replaces_the_service(
    changes: tuple[Change, ...], effect: Effect
) -> None:
    service = resources(*changes, before=_unnamed())

    assert service["Service"].effect is effect


def test_service_with_a_name_cannot_change_its_launch_type() -> None:
    found = resources(cut(LAUNCH_TYPE), put(STRATEGY, ON_SPOT))["Service"]

    assert found.effect is Effect.REFUSED
    assert "ServiceName" in found.why


def test_strategy_beside_the_launch_type_replaces_nothing() -> None:
    assert resources(put(STRATEGY, ON_SPOT))["Service"].effect is Effect.IN_PLACE


def _unnamed() -> Json:
    return changed(real_document(), cut("Service.Properties.ServiceName"))


def test_type_without_a_schema_is_unknown() -> None:
    strange = {"Type": "Acme::Own::Type", "Properties": {"Size": 1}}
    document = changed(real_document(), put("Resources.Thing", strange))

    found = resources(put("Thing.Properties.Size", 2), before=document)["Thing"]

    assert found.effect is Effect.UNKNOWN
    assert found.why == "AWS's schemas do not have this type"


PROPERTIES = [
    (name, key)
    for name, resource in real_document()["Resources"].items()
    if "Condition" not in resource
    for key in resource.get("Properties", {})
]


@given(place=st.sampled_from(PROPERTIES))
def test_classes_follow_the_schema(place: tuple[str, str]) -> None:
    name, key = place
    schema = resource_schema(real_document()["Resources"][name]["Type"], REGION)
    assert schema

    (change,) = [
        it
        for it in resources(put(f"{name}.Properties.{key}", "changed"))[name].properties
        if it.path == key
    ]

    own = {path.split("/")[0] for path in schema.create_only}
    own |= {*REPLACED_BY.get(schema.type, ()), *ALSO_CREATE_ONLY.get(schema.type, ())}
    maybe = {path.split("/")[0] for path in schema.conditional_create_only} - own
    assert (change.effect is Effect.REPLACED) == (key in own)
    assert (change.effect is Effect.MAY_REPLACE) == (key in maybe)
    assert (change.effect is Effect.REFUSED) == (key in UNCHANGEABLE.get(schema.type, ()))


def test_promise_with_a_worse_verdict_fails() -> None:
    old = real_document()
    templates = [
        parse_template(json.dumps(it, separators=(",", ":")))
        for it in (old, changed(old, put("Service.Properties.DesiredCount", 3)))
    ]

    found = compare(*templates, parameters=FIXED)

    assert "exactly-six-tasks-wanted" in {it.id for it in found.regressions}
    assert ("capacity", "111.1 %, then 133.3 %", "88.9 %, then 133.3 %") in {
        (it.what, it.before, it.after) for it in found.recoveries
    }
    assert found.fails()
    assert not compare(*reversed(templates), parameters=FIXED).fails()


def renamed_record(document: Json) -> None:
    document["Resources"]["OtherRecord"] = document["Resources"].pop("DnsRecord")


def swapped_topics(document: Json) -> None:
    first, second = (document["Resources"][name]["Properties"] for name in ("First", "Second"))
    first["TopicName"], second["TopicName"] = second["TopicName"], first["TopicName"]


def test_record_under_a_new_logical_id_is_refused() -> None:
    found = resources(renamed_record)["OtherRecord"]

    assert (found.effect, found.when) == (Effect.REFUSED, "HasDomain")
    assert found.why.endswith("keep the logical ID")


def test_swapped_names_are_refused() -> None:
    topics = {
        name: {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name.lower()}}
        for name in ("First", "Second")
    }
    document = changed(
        real_document(), *(put(f"Resources.{name}", topic) for name, topic in topics.items())
    )

    found = resources(swapped_topics, before=document)

    assert {found[name].effect for name in topics} == {Effect.REFUSED}


def test_name_that_rds_writes_in_lower_case_is_the_same() -> None:
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"DBClusterIdentifier": "Pay"}}
    document = changed(real_document(), put("Resources.One", cluster))
    lower = put("Resources.Two", {**cluster, "Properties": {"DBClusterIdentifier": "pay"}})

    found = resources(cut("Resources.One"), lower, before=document)

    assert found["Two"].effect is Effect.REFUSED


def test_default_that_is_no_longer_accepted_is_compared_with_the_new_one() -> None:
    document = changed(
        real_document(), put("Parameters.Size", {"Type": "Number", "MaxValue": 10, "Default": 5})
    )
    narrower = put("Parameters.Size", {"Type": "Number", "MaxValue": 3, "Default": 2})
    old, new = (parse_template(json.dumps(it)) for it in (document, changed(document, narrower)))

    (found,) = compare(old, new, parameters=FIXED).parameters

    assert (found.name, found.before, found.after) == ("Size", "5", "2")
    assert found.narrowed


def renamed_condition(document: Json) -> None:
    text = json.dumps(document).replace("HasDomain", "DomainGiven")
    document |= json.loads(text)


def test_renamed_condition_changes_nothing() -> None:
    document = real_document()

    assert comparison(document, changed(document, renamed_condition)).is_empty


CREATED = {"Fn::Equals": [{"Ref": "Size"}, "large"]}
SIZED: Json = {"Parameters": {"Size": {"Type": "String", "Default": "small"}}}


def conditional(conditions: Json) -> Template:
    """Return a table that exists with the condition Large."""
    return small(Table={**TABLE, "Condition": "Large"}, top={**SIZED, "Conditions": conditions})


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        # Constantly false: the stacks that have it lose the table.
        (CREATED, {"Fn::Equals": ["a", "b"]}, ("removed", "Large of the old template")),
        ({"Fn::Equals": ["a", "a"]}, CREATED, ("removed", "")),
        ({"Fn::Equals": ["a", "b"]}, CREATED, ("added", "Large")),
        (CREATED, {"Fn::Not": [CREATED]}, ("removed", "not Large")),
        (
            CREATED,
            {"Fn::Equals": [{"Ref": "Size"}, "huge"]},
            ("removed", "Large of the old template"),
        ),
        (
            {"Fn::Or": [CREATED, {"Fn::Equals": [{"Ref": "Size"}, "huge"]}]},
            CREATED,
            ("removed", "Large of the old template"),
        ),
        (
            {"Fn::Or": [{"Fn::Equals": [{"Ref": "Size"}, "huge"]}, CREATED]},
            CREATED,
            ("removed", "Large of the old template"),
        ),
    ],
    ids=[
        "never",
        "no longer always",
        "possible",
        "inverted",
        "another value",
        "first of two",
        "second of two",
    ],
)
def test_other_definition_of_a_condition_is_compared(
    before: Json, after: Json, found: tuple[str, str]
) -> None:
    changes = compare_resources(
        conditional({"Large": before}), conditional({"Large": after}), REGION, {}
    )

    assert [(it.effect, it.when) for it in changes] == [found]


@pytest.mark.parametrize(
    "after",
    [
        {"Fn::Equals": ["large", {"Ref": "Size"}]},
        {"Fn::Not": [{"Fn::Not": [CREATED]}]},
        {"Condition": "Other"},
    ],
    ids=["other order", "twice not", "named"],
)
def test_same_condition_written_in_another_way_changes_nothing(after: Json) -> None:
    new = conditional({"Large": after, "Other": CREATED})

    assert not compare_resources(conditional({"Large": CREATED}), new, REGION, {})


def test_condition_that_depends_on_itself_is_no_crash() -> None:
    circular = conditional({"Large": {"Fn::Not": [{"Condition": "Large"}]}})

    assert not compare_resources(circular, circular, REGION, {})


GENERATED = "DatabaseSecret.Properties.GenerateSecretString"
OTHER_GENERATED = {
    "SecretStringTemplate": '{"username":"payment_admin"}',
    "GenerateStringKey": "password",
    "PasswordLength": 39,
    "ExcludeCharacters": "/\\\"@ '",
}
TASKS = "running tasks of TaskDefinition"
KEEPS = f"the password is generated again; DatabaseCluster and {TASKS} keep the old one"


def test_password_that_is_generated_again_locks_the_tasks_out() -> None:
    old = real_document()
    new = changed(old, put(GENERATED, OTHER_GENERATED))

    found = compare(*(parse_template(json.dumps(it)) for it in (old, new)), parameters=FIXED)

    (change,) = found.losses
    assert (change.logical_id, change.effect) == ("DatabaseSecret", Effect.IN_PLACE)
    assert change.lost == KEEPS
    assert found.fails()
    assert not found.fails(["DatabaseSecret"])


KEEPS_BACKUPS = put("DatabaseCluster.Properties.BackupRetentionPeriod", 7)


def test_database_that_changes_in_the_same_update_gets_the_new_password() -> None:
    found = resources(put(GENERATED, OTHER_GENERATED), KEEPS_BACKUPS)

    # Its tasks get it only when they start.
    lost = f"the password is generated again; {TASKS} keep the old one"
    assert found["DatabaseSecret"].lost == lost


def test_tasks_that_the_same_update_replaces_get_the_new_password() -> None:
    cpu = put("TaskDefinition.Properties.Cpu", "512")

    found = resources(put(GENERATED, OTHER_GENERATED), KEEPS_BACKUPS, cpu)

    assert not found["DatabaseSecret"].lost


def test_tags_of_a_task_definition_start_no_tasks() -> None:
    tag = append("TaskDefinition.Properties.Tags", {"Key": "Team", "Value": "payments"})

    found = resources(put(GENERATED, OTHER_GENERATED), KEEPS_BACKUPS, tag)

    assert TASKS in found["DatabaseSecret"].lost


def test_tag_of_a_secret_generates_nothing() -> None:
    tag = append("DatabaseSecret.Properties.Tags", {"Key": "Team", "Value": "payments"})

    assert not resources(tag)["DatabaseSecret"].lost


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ('{"user": "a", "password": "two"}', True),
        ('{"user": "b", "password": "one"}', False),
        ('{"password": "${Password}"}', True),
        ("two", True),
    ],
    ids=["password", "user", "parameter", "no JSON"],
)
def test_given_value_of_a_secret_reaches_no_unchanged_database(text: str, *, lost: bool) -> None:
    user = "{{resolve:secretsmanager:${Secret}:SecretString:password}}"
    database = {
        "Type": "AWS::RDS::DBCluster",
        "Properties": {"MasterUserPassword": {"Fn::Sub": user}},
    }
    top = {"Parameters": {"Password": {"Type": "String"}}}
    before, after = (
        small(
            Secret={
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"SecretString": {"Fn::Sub": value}},
            },
            Database=database,
            top=top,
        )
        for value in ('{"user": "a", "password": "one"}', text)
    )

    (change,) = compare_resources(before, after, REGION, {})

    assert change.lost == ("its value changes; Database keeps the old one" if lost else "")


@pytest.mark.parametrize(
    "change",
    [
        put("DatabaseWriter.Properties.DBInstanceIdentifier", "other"),
        put("DatabaseWriter.Properties.AvailabilityZone", "us-east-1d"),
    ],
    ids=["replaced", "may be replaced"],
)
def test_instance_of_a_cluster_holds_no_data(change: Change) -> None:
    found = resources(change)["DatabaseWriter"]

    assert not found.lost
    assert found.why == "its connections break; the cluster keeps the data"


def test_instance_without_a_cluster_holds_data() -> None:
    before, after = (
        small(One={"Type": "AWS::RDS::DBInstance", "Properties": {"DBInstanceIdentifier": name}})
        for name in ("one", "two")
    )

    (change,) = compare(before, after).resources

    assert change.lost.endswith("data that no cluster holds is lost")


def test_policy_of_an_instance_of_a_cluster_is_no_finding() -> None:
    instance = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"DBClusterIdentifier": "payments"},
    }

    assert not compare(
        small(One={**instance, "DeletionPolicy": "Retain"}), small(One=instance)
    ).policies


NESTED: Json = {
    "Type": "AWS::CloudFormation::Stack",
    "Properties": {"TemplateURL": "https://a/one"},
}
STACK_SET: Json = {
    "Type": "AWS::CloudFormation::StackSet",
    "Properties": {"TemplateURL": "https://a/1"},
}
MODULE: Json = {"Type": "Acme::Own::Database::MODULE", "Properties": {"Name": "one"}}


@pytest.mark.parametrize(
    ("before", "name", "value"),
    [
        (NESTED, "TemplateURL", "https://a/two"),
        (NESTED, "Parameters", {"Size": "1"}),
        (STACK_SET, "TemplateURL", "https://a/2"),
        (MODULE, "Name", "two"),
    ],
    ids=["nested stack", "its parameters", "stack set", "module"],
)
def test_change_of_what_has_its_own_resources_leaves_them_unknown(
    before: Json, name: str, value: object
) -> None:
    after = {**before, "Properties": {**before["Properties"], name: value}}

    found = compare(small(It=before), small(It=after), profiles=("any", "any"))

    line = f"resources unknown: those of It ({before['Type']}) are not compared"
    assert found.hidden == (f"It ({before['Type']})",)
    assert found.fails(["It"])
    assert any(line in it for it in to_text(found, style))
    assert line in to_markdown(found, fails=True)


def test_tag_of_a_nested_stack_hides_nothing() -> None:
    tagged = {
        **NESTED,
        "Properties": {**NESTED["Properties"], "Tags": [{"Key": "a", "Value": "b"}]},
    }

    found = compare(small(It=NESTED), small(It=tagged), profiles=("any", "any"))

    assert not found.hidden
    assert not compare(small(It=NESTED), small(It=NESTED)).hidden


def _instances(*regions: object, accounts: object = ("1", "2")) -> Json:
    group = {"DeploymentTargets": {"Accounts": accounts}, "Regions": [*regions]}
    return {**STACK_SET, "Properties": {"StackInstancesGroup": [group]}}


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (
            _instances("us-east-1"),
            (
                "the stacks of 1 in us-west-2, 2 in us-west-2 are deleted, with whatever their "
                "resources hold"
            ),
        ),
        (
            _instances("us-east-1", "us-west-2", accounts=["2"]),
            (
                "the stacks of 1 in us-east-1, 1 in us-west-2 are deleted, with whatever their "
                "resources hold"
            ),
        ),
        (_instances("us-west-2", "us-east-1", "eu-west-1"), ""),
        (
            _instances("us-east-1", accounts={"Ref": "Accounts"}),
            "stacks may be deleted: StackInstancesGroup is not known",
        ),
    ],
    ids=["region", "account", "added", "unknown"],
)
def test_stack_set_that_loses_a_target_loses_its_stacks(after: Json, lost: str) -> None:
    top = {"Parameters": {"Accounts": {"Type": "CommaDelimitedList"}}}

    (found,) = compare_resources(
        small(It=_instances("us-east-1", "us-west-2"), top=top),
        small(It=after, top=top),
        REGION,
        {},
    )

    assert found.lost == lost


FUNCTION: Json = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "one"}}


def _custom(token: object) -> Json:
    return {"Type": "Custom::Thing", "Properties": {"ServiceToken": token}}


def test_service_token_that_follows_a_replaced_function_is_refused() -> None:
    custom = _custom({"Fn::GetAtt": ["Function", "Arn"]})
    other = {**FUNCTION, "Properties": {"FunctionName": "two"}}

    found = {
        it.logical_id: it
        for it in compare_resources(
            small(Function=FUNCTION, Custom=custom),
            small(Function=other, Custom=custom),
            REGION,
            {},
        )
    }

    assert found["Custom"].effect is Effect.REFUSED
    why = "CloudFormation cannot change ServiceToken of an existing resource"
    assert found["Custom"].why == why


@pytest.mark.parametrize(
    ("after", "effect"),
    [
        ("arn:two", Effect.REFUSED),
        ({"Fn::GetAtt": ["Other", "Arn"]}, Effect.REFUSED),
        ({"Ref": "Token"}, Effect.MAY_REPLACE),
    ],
    ids=["literal", "another function", "unknown"],
)
def test_other_service_token_is_refused_if_it_is_known(after: object, effect: Effect) -> None:
    old = "arn:one" if isinstance(after, str) else {"Fn::GetAtt": ["Function", "Arn"]}
    top = {"Parameters": {"Token": {"Type": "String"}}}
    functions = {"Function": FUNCTION, "Other": {"Type": "AWS::Lambda::Function"}}

    (found,) = compare_resources(
        small(Custom=_custom(old), top=top, **functions),
        small(Custom=_custom(after), top=top, **functions),
        REGION,
        {},
    )

    assert found.effect is effect


@pytest.mark.parametrize("name", [{"Ref": "Cluster"}, "payments"], ids=["reference", "name"])
def test_instance_of_a_lost_cluster_does_not_say_that_the_data_is_kept(name: object) -> None:
    cluster = {
        "Type": "AWS::RDS::DBCluster",
        "DeletionPolicy": "Delete",
        "Properties": {"DBClusterIdentifier": "payments"},
    }
    instance = {"Type": "AWS::RDS::DBInstance", "Properties": {"DBClusterIdentifier": name}}

    found = {
        it.logical_id: it
        for it in compare_resources(
            small(Cluster=cluster, Instance=instance), small(Topic=TOPIC), REGION, {}
        )
    }

    assert (
        found["Instance"].why == "its connections break; its data is in Cluster, which is removed"
    )
    assert found["Cluster"].lost


def test_changed_metadata_is_a_change_in_place() -> None:
    def group(files: Json) -> Json:
        return {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "Metadata": {"AWS::CloudFormation::Init": {"config": {"files": files}}},
        }

    found = compare(small(Group=group({})), small(Group=group({"/etc/a": {"content": "a"}})))

    (change,) = found.resources
    assert change.effect is Effect.IN_PLACE
    assert [it.path for it in change.properties] == [
        "Metadata.AWS::CloudFormation::Init.config.files./etc/a"
    ]
    assert not found.is_empty
