"""A template of someone else: never an error for what it leaves open, never a false "kept"."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import TemplateError, parse_template
from payment_templates.evidence import Examination, Verdict, examine
from tests.evidence.templates import CLAIMS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.evidence.changes import Json

IMPORTED = {"Fn::ImportValue": "other"}
SPLIT = {"Fn::Split": [",", IMPORTED]}
OPEN = {"Ref": "Open"}
UNDECIDED = {"Fn::Equals": [IMPORTED, "yes"]}


def of(resources: Json, **sections: Any) -> Json:  # noqa: ANN401 - CloudFormation's JSON.
    return {**sections, "Resources": resources}


def one(kind: str, **properties: Any) -> Json:  # noqa: ANN401 - CloudFormation's JSON.
    return of({"It": {"Type": kind, "Properties": properties}})


def with_parameter(parameter: Json, kind: str, **properties: Any) -> Json:  # noqa: ANN401 - JSON.
    return {"Parameters": {"Open": parameter}, **one(kind, **properties)}


CLUSTER = "AWS::RDS::DBCluster"
INSTANCE = "AWS::RDS::DBInstance"
GROUP = "AWS::EC2::SecurityGroup"
SERVICE = "AWS::ECS::Service"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
ROLE = "AWS::IAM::Role"
TEXT = {"Type": "String"}
ANYONE = {"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}
# A template, and a claim that it must not keep.
TEMPLATES: dict[str, tuple[Json, str]] = {
    "an import": (one(CLUSTER, BackupRetentionPeriod=IMPORTED), "backups-kept"),
    "a parameter without default": (
        with_parameter({"Type": "Number"}, CLUSTER, BackupRetentionPeriod=OPEN),
        "backups-kept",
    ),
    "a parameter of a type of AWS": (
        with_parameter(
            {"Type": "AWS::EC2::SecurityGroup::Id"}, CLUSTER, VpcSecurityGroupIds=[OPEN]
        ),
        "only-neighbours-connect",
    ),
    "a parameter from Systems Manager": (
        with_parameter(
            {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/days"},
            CLUSTER,
            BackupRetentionPeriod=OPEN,
        ),
        "backups-kept",
    ),
    "a list parameter without default": (
        with_parameter(
            {"Type": "List<AWS::EC2::Subnet::Id>"},
            "AWS::RDS::DBSubnetGroup",
            DBSubnetGroupDescription="x",
            SubnetIds=OPEN,
        ),
        "database-is-private",
    ),
    "a select of an unknown list": (
        one(
            "AWS::EC2::Subnet", AvailabilityZone={"Fn::Select": [0, {"Fn::Split": [",", IMPORTED]}]}
        ),
        "survives-zone-loss",
    ),
    "a split of an unknown text": (
        one(CLUSTER, VpcSecurityGroupIds=SPLIT),
        "only-neighbours-connect",
    ),
    "a snippet": (
        of({"It": {"Type": CLUSTER, "Properties": {"Fn::Transform": {"Name": "AWS::Include"}}}}),
        "backups-kept",
    ),
    "a macro": (
        {"Transform": "Company", **one(CLUSTER, BackupRetentionPeriod=7)},
        "backups-kept",
    ),
    "a serverless template": (
        {
            "Transform": "AWS::Serverless-2016-10-31",
            **one("AWS::Serverless::Function", Runtime="python3.12"),
        },
        "wildcards-have-a-reason",
    ),
    "a function of a macro": (
        one(CLUSTER, BackupRetentionPeriod={"Fn::Company": 1}),
        "backups-kept",
    ),
    "a loop": (
        {
            "Transform": "AWS::LanguageExtensions",
            "Resources": {
                "Fn::ForEach::Buckets": ["X", ["A"], {"It${X}": {"Type": "AWS::S3::Bucket"}}],
                "It": {"Type": CLUSTER, "Properties": {"BackupRetentionPeriod": 7}},
            },
        },
        "backups-kept",
    ),
    "a policy document as text": (
        one(ROLE, AssumeRolePolicyDocument="{}", Policies=[{"PolicyDocument": "{}"}]),
        "wildcards-have-a-reason",
    ),
    "policies as names": (one(ROLE, Policies=["arn:x"]), "wildcards-have-a-reason"),
    "a list of ARNs for a map": (
        one("AWS::SecretsManager::Secret", GenerateSecretString=["x"]),
        "secrets-not-in-clear",
    ),
    "a rule about every subnet": (
        {
            "Rules": {
                "Same": {
                    "Assertions": [
                        {
                            "Assert": {
                                "Fn::EachMemberIn": [
                                    {"Fn::ValueOfAll": ["AWS::EC2::Subnet::Id", "VpcId"]},
                                    {"Fn::RefAll": "AWS::EC2::VPC::Id"},
                                ]
                            }
                        }
                    ]
                }
            },
            **with_parameter({"Type": "Number"}, CLUSTER, BackupRetentionPeriod=OPEN),
        },
        "backups-kept",
    ),
    "a pattern of another language": (
        with_parameter(
            {"Type": "String", "AllowedPattern": "\\p{Alpha}[a-z&&[^x]]+"},
            CLUSTER,
            BackupRetentionPeriod=OPEN,
        ),
        "backups-kept",
    ),
    "an undecided condition around a resource": (
        of(
            {"It": {"Type": CLUSTER, "Condition": "C", "Properties": {"BackupRetentionPeriod": 0}}},
            Conditions={"C": UNDECIDED},
        ),
        "backups-kept",
    ),
    "an undecided condition around a value": (
        of(
            {
                "It": {
                    "Type": CLUSTER,
                    "Properties": {"BackupRetentionPeriod": {"Fn::If": ["C", 7, 0]}},
                }
            },
            Conditions={"C": UNDECIDED},
        ),
        "backups-kept",
    ),
    "a condition of an open parameter": (
        of(
            {
                "It": {
                    "Type": CLUSTER,
                    "Properties": {"BackupRetentionPeriod": {"Fn::If": ["C", 7, OPEN]}},
                }
            },
            Parameters={"Open": TEXT},
            Conditions={"C": {"Fn::Equals": [OPEN, "week"]}},
        ),
        "backups-kept",
    ),
    "an unknown group": (
        one(GROUP, GroupDescription="x", SecurityGroupIngress=[{**ANYONE, "CidrIp": IMPORTED}]),
        "only-neighbours-connect",
    ),
    "an unknown list of rules": (
        one(GROUP, GroupDescription="x", SecurityGroupIngress=IMPORTED),
        "only-neighbours-connect",
    ),
    "unknown tasks": (one(SERVICE, DesiredCount=IMPORTED), "survives-task-loss"),
    "an unknown task definition": (
        one(SERVICE, DesiredCount=2, TaskDefinition=IMPORTED),
        "tasks-can-start",
    ),
    "unknown subnets": (
        one(
            SERVICE,
            DesiredCount=2,
            NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": IMPORTED}},
        ),
        "survives-zone-loss",
    ),
    "unknown containers": (
        one("AWS::ECS::TaskDefinition", ContainerDefinitions=IMPORTED),
        "containers-without-root",
    ),
    "an unknown container": (
        one("AWS::ECS::TaskDefinition", ContainerDefinitions=[IMPORTED]),
        "containers-without-root",
    ),
    "an unknown engine": (one(CLUSTER, Engine=IMPORTED), "database-version-is-created"),
    "an unknown engine version": (
        one(CLUSTER, Engine="aurora-postgresql", EngineVersion=IMPORTED),
        "database-version-is-created",
    ),
    "an unknown password": (one(CLUSTER, MasterUserPassword=IMPORTED), "secrets-not-in-clear"),
    "an unknown public address": (
        of(
            {
                "It": {"Type": CLUSTER, "Properties": {"Engine": "aurora-postgresql"}},
                "Writer": {
                    "Type": INSTANCE,
                    "Properties": {
                        "DBClusterIdentifier": {"Ref": "It"},
                        "PubliclyAccessible": IMPORTED,
                    },
                },
            }
        ),
        "database-is-private",
    ),
    "an unknown cluster": (
        of(
            {
                "It": {"Type": CLUSTER, "Properties": {"Engine": "aurora-postgresql"}},
                "Writer": {"Type": INSTANCE, "Properties": {"DBClusterIdentifier": IMPORTED}},
            }
        ),
        "readers-in-other-zones",
    ),
    "an unknown alarm action": (
        one("AWS::CloudWatch::Alarm", AlarmActions=[IMPORTED], MetricName="x", Namespace="AWS/RDS"),
        "alerts-reach-subscribers",
    ),
    "an unknown event target": (
        one(
            "AWS::Events::Rule",
            EventPattern={"source": ["aws.rds"]},
            Targets=[{"Arn": IMPORTED, "Id": "x"}],
        ),
        "events-reach-subscribers",
    ),
    "an unknown event pattern": (
        one("AWS::Events::Rule", EventPattern=IMPORTED, Targets=[]),
        "events-reach-subscribers",
    ),
    "an unknown record": (
        one("AWS::Route53::RecordSet", Name="x.", Type="A", Failover=IMPORTED, TTL=IMPORTED),
        "dns-fails-over",
    ),
    "an unknown policy": (
        one(ROLE, ManagedPolicyArns=[IMPORTED], AssumeRolePolicyDocument={}),
        "wildcards-have-a-reason",
    ),
    "an unknown action": (
        one(
            "AWS::IAM::Policy",
            PolicyName="x",
            PolicyDocument={
                "Statement": [{"Effect": "Allow", "Action": IMPORTED, "Resource": "*"}]
            },
        ),
        "wildcards-have-a-reason",
    ),
    "an unknown target group": (
        one(TARGETS, Port=IMPORTED, Protocol=IMPORTED, HealthCheckIntervalSeconds=IMPORTED),
        "zone-loss-without-downtime",
    ),
    "an unknown listener": (
        one(
            "AWS::ElasticLoadBalancingV2::Listener",
            Protocol=IMPORTED,
            Port=443,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": IMPORTED}],
            LoadBalancerArn=IMPORTED,
        ),
        "payments-use-https",
    ),
    "an unknown count of days in text": (
        one(CLUSTER, BackupRetentionPeriod={"Fn::Sub": ["${Days}", {"Days": IMPORTED}]}),
        "backups-kept",
    ),
    "an attribute that is computed": (
        one(CLUSTER, BackupRetentionPeriod={"Fn::GetAtt": ["It", IMPORTED]}),
        "backups-kept",
    ),
    "a mapping by an unknown key": (
        of(
            {
                "It": {
                    "Type": CLUSTER,
                    "Properties": {
                        "BackupRetentionPeriod": {"Fn::FindInMap": ["M", IMPORTED, "d"]}
                    },
                }
            },
            Mappings={"M": {"prod": {"d": 7}}},
        ),
        "backups-kept",
    ),
}


def examined(document: Json) -> Examination:
    return examine(parse_template(json.dumps(document), name="theirs"), profile="any")


every_template = pytest.mark.parametrize(
    ("document", "claim_id"), TEMPLATES.values(), ids=list(TEMPLATES)
)


def test_there_are_forty_templates_at_least() -> None:
    assert len(TEMPLATES) >= 40


@every_template
def test_what_is_not_known_is_neither_an_error_nor_kept(document: Json, claim_id: str) -> None:
    template = parse_template(json.dumps(document), name="theirs")

    (result,) = examine(template, profile="any", claims=[CLAIMS[claim_id]]).results

    assert result.finding.verdict not in {Verdict.KEPT, Verdict.CONDITIONAL}
    assert examined(document).results


def test_unknown_names_its_reason_and_the_parameter_that_decides_it() -> None:
    document, claim_id = TEMPLATES["a parameter without default"]

    found = {it.claim.id: it.finding for it in examined(document).results}[claim_id]

    assert found.verdict is Verdict.UNKNOWN
    assert found.why == "the parameter Open has no value"
    assert found.parameter == "Open"


def test_given_value_decides() -> None:
    document, claim_id = TEMPLATES["a parameter without default"]
    template = parse_template(json.dumps(document), name="theirs")

    results = examine(template, profile="any", parameters={"Open": "7"}).results

    assert {it.claim.id: it.finding.verdict for it in results}[claim_id] is Verdict.KEPT


def test_example_that_turns_a_condition_is_no_value() -> None:
    document, claim_id = TEMPLATES["a condition of an open parameter"]

    found = {it.claim.id: it.finding for it in examined(document).results}[claim_id]

    assert found.verdict is Verdict.UNKNOWN
    assert found.parameter == "Open"


def test_bucket_alone_is_said_in_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "bucket.json"
    path.write_text(json.dumps(one("AWS::S3::Bucket")))

    result = CliRunner().invoke(main, ["evidence", str(path)])

    first, second = result.output.splitlines()
    assert result.exit_code == 0
    assert first.startswith("nothing applies: ")
    assert second.startswith("1 promise kept, 0 conditional, 0 broken, ")


def test_template_of_someone_else_is_judged_by_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "cluster.json"
    path.write_text(json.dumps(one(CLUSTER, BackupRetentionPeriod=7)))

    document = json.loads(CliRunner().invoke(main, ["evidence", str(path), "--json"]).output)

    verdicts = {claim["id"]: claim["verdict"] for claim in document["claims"]}
    assert document["profile"] == "any"
    assert verdicts["backups-kept"] == "kept"
    assert verdicts["tasks-can-start"] == "not applicable"
    assert "three-database-instances" in document["not_promised"]


def test_template_above_the_inline_limit_goes_through_s3() -> None:
    long = {"Description": "x" * 1000, "Metadata": {"Text": "x" * 51_200}, **one(CLUSTER)}

    found = {it.claim.id: it.finding for it in examined(long).results}["valid-template"]

    assert found.verdict is Verdict.CONDITIONAL
    assert "from S3" in found.why


@pytest.mark.parametrize(
    ("resource_type", "region"),
    [
        ("AWS::S3::Buckett", "us-east-1"),
        ("AWS::Backup::LogicallyAirGappedBackupVault", "cn-north-1"),
    ],
)
def test_type_that_no_schema_of_the_region_describes_is_a_condition(
    resource_type: str, region: str, tmp_path: Path
) -> None:
    path = tmp_path / "it.json"
    path.write_text(json.dumps({"Resources": {"It": {"Type": resource_type}}}))

    output = CliRunner().invoke(main, ["evidence", str(path), "--region", region]).output

    assert f"if {region} has the resource type {resource_type}" in " ".join(output.split())


@pytest.mark.parametrize(
    "document",
    [
        {"Resources": {"It": {"Type": "Custom::Greeting"}}},
        {"Resources": {"It": {"Type": "Company::Team::Thing"}}},
        {"Resources": {"It": {"Type": "AWS::S3::Bucket::MODULE"}}},
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {"It": {"Type": "AWS::Serverless::Function"}},
        },
    ],
)
def test_type_that_the_account_or_a_macro_defines_is_no_condition(document: Json) -> None:
    found = {it.claim.id: it.finding for it in examined(document).results}["valid-template"]

    assert "has the resource type" not in found.why


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        (
            "Custom::Greeting",
            {"ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:greet"},
        ),
        ("AWS::RDS::DBCluster", {"Engine": "aurora-mysql", "ManageMasterUserPassword": "true"}),
        ("AWS::Cognito::UserPoolClient", {"TokenValidityUnits": {"RefreshToken": "days"}}),
    ],
)
def test_arn_switch_or_unit_is_no_secret(resource_type: str, properties: Json) -> None:
    resources = {"It": {"Type": resource_type, "Properties": properties}}

    found = {it.claim.id: it.finding for it in examined({"Resources": resources}).results}

    assert found["secrets-not-in-clear"].verdict is not Verdict.BROKEN


# These are always a secret, whatever it looks like.
@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("AWS::ElastiCache::ReplicationGroup", {"AuthToken": "arn:aws:iam::token-of-16"}),
        ("AWS::Cognito::UserPoolIdentityProvider", {"ProviderDetails": {"ClientSecret": "true"}}),
        ("AWS::SecretsManager::Secret", {"SecretString": "days"}),
        ("AWS::Lambda::Function", {"Environment": {"Variables": {"DB_PASSWORD": "days"}}}),
    ],
)
def test_value_of_a_secret_is_one_although_it_looks_like_an_arn_or_a_unit(
    resource_type: str, properties: Json
) -> None:
    resources = {"It": {"Type": resource_type, "Properties": properties}}

    found = {it.claim.id: it.finding for it in examined({"Resources": resources}).results}

    assert found["secrets-not-in-clear"].verdict is Verdict.BROKEN


def test_combination_that_cloudformation_refuses_makes_the_template_invalid_and_nothing_else() -> (
    None
):
    resources = {
        "It": {"Type": CLUSTER, "Properties": {"BackupRetentionPeriod": 7}},
        "Other": {"Type": CLUSTER, "Condition": "C", "Properties": {"BackupRetentionPeriod": 7}},
        "Instance": {"Type": INSTANCE, "Properties": {"DBClusterIdentifier": {"Ref": "Other"}}},
    }
    parameters = {"Stage": {"Type": "String", "Default": "prod", "AllowedValues": ["prod", "dev"]}}
    conditions = {"C": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
    document = of(resources, Parameters=parameters, Conditions=conditions)

    found = {it.claim.id: it.finding for it in examined(document).results}

    assert found["backups-kept"].verdict is Verdict.KEPT
    assert found["valid-template"].verdict is Verdict.BROKEN
    assert "Other is not created under these conditions (no C)" in found["valid-template"].why


def test_many_conditions_that_no_parameter_decides_are_examined_together_and_alone() -> None:
    names = [f"C{number}" for number in range(12)]
    resources = {
        f"It{name}": {
            "Type": CLUSTER,
            "Condition": name,
            "Properties": {"BackupRetentionPeriod": 0},
        }
        for name in names
    }

    examination = examined(of(resources, Conditions=dict.fromkeys(names, UNDECIDED)))

    assert examination.combinations == len(names) + 2
    assert {it.claim.id: it.finding.verdict for it in examination.results}["backups-kept"] is (
        Verdict.BROKEN
    )


def test_a_hundred_thousand_allowed_values_take_seconds() -> None:
    values = [str(number) for number in range(100_000)]
    document = of(
        {"It": {"Type": CLUSTER, "Condition": "C", "Properties": {"BackupRetentionPeriod": 7}}},
        Parameters={"Open": {"Type": "String", "AllowedValues": values, "Default": "1"}},
        Conditions={"C": {"Fn::Equals": [OPEN, "99999"]}},
    )

    start = time.process_time()
    found = {it.claim.id: it.finding for it in examined(document).results}

    assert time.process_time() - start < 5
    assert found["backups-kept"].verdict is Verdict.KEPT


def test_chain_of_ten_thousand_conditions_is_refused_in_one_line() -> None:
    chain: Json = {"C0": {"Fn::Equals": [OPEN, "x"]}}
    chain |= {f"C{n}": {"Fn::Not": [{"Condition": f"C{n - 1}"}]} for n in range(1, 10_000)}
    document = of({"It": {"Type": CLUSTER}}, Parameters={"Open": TEXT}, Conditions=chain)

    with pytest.raises(TemplateError, match="10,000 conditions; at most 1,000 are examined"):
        examined(document)
