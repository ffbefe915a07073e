"""What the production profile promises beyond the specification, and what would break it."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from payment_templates.evidence.deployment.deletion_protection import asks_for_protection
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.topology import build_topology
from payment_templates.rollout.deletion_protection import has_switch
from tests.evidence.changes import append, changed, cut, put, remove
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.mutations.mutation import Mutation, mutation
from tests.evidence.templates import CLAIMS, production_document

if TYPE_CHECKING:
    from payment_templates.evidence import Finding
    from tests.evidence.changes import Change, Json

_REDIRECT = "HttpListener.Properties.DefaultActions.0.Fn::If.1.RedirectConfig"
_WIRING = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration"
_LEGACY = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/legacy/0"


def _classic(protocol: str) -> Json:
    return {
        "Type": "AWS::ElasticLoadBalancing::LoadBalancer",
        "Properties": {"Listeners": [{"Protocol": protocol}]},
    }


def _cdn(**settings: object) -> Json:
    secure = {
        "Origins": [{"DomainName": {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}}],
        "DefaultCacheBehavior": {"ViewerProtocolPolicy": "redirect-to-https"},
        "ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2_2021"},
    }
    return {
        "Type": "AWS::CloudFront::Distribution",
        "Properties": {"DistributionConfig": {**secure, **settings}},
    }


MUTATIONS = (
    mutation(
        "the key is deleted, and the snapshot is unreadable",
        "data-survives-deletion",
        put("EncryptionKey.DeletionPolicy", "Delete"),
    ),
    mutation(
        "no last snapshot",
        "data-survives-deletion",
        put("DatabaseCluster.DeletionPolicy", "Delete"),
    ),
    mutation(
        "automated backups are deleted",
        "data-survives-deletion",
        put("DatabaseCluster.Properties.DeleteAutomatedBackups", value=True),
    ),
    mutation(
        "automated backups are deleted by default",
        "data-survives-deletion",
        cut("DatabaseCluster.Properties.DeleteAutomatedBackups"),
    ),
    mutation(
        "the audit logs are deleted",
        "data-survives-deletion",
        put("DatabaseLogGroup.DeletionPolicy", "Delete"),
    ),
    mutation(
        "the logs are encrypted with a key that is deleted",
        "data-survives-deletion",
        put("LogKey", {"Type": "AWS::KMS::Key", "DeletionPolicy": "Delete"}),
        put("ApplicationLogGroup.Properties.KmsKeyId", {"Fn::GetAtt": ["LogKey", "Arn"]}),
    ),
    mutation(
        "the backups of a table are encrypted with a key that is deleted",
        "data-survives-deletion",
        put("TableKey", {"Type": "AWS::KMS::Key", "DeletionPolicy": "Delete"}),
        put(
            "Table",
            {
                "Type": "AWS::DynamoDB::Table",
                "DeletionPolicy": "Retain",
                "Properties": {"SSESpecification": {"KMSMasterKeyId": {"Ref": "TableKey"}}},
            },
        ),
    ),
    mutation(
        "a file system whose backups are off is deleted",
        "data-survives-deletion",
        put(
            "Files",
            {
                "Type": "AWS::EFS::FileSystem",
                "Properties": {"BackupPolicy": {"Status": "DISABLED"}},
            },
        ),
    ),
    mutation(
        "a store in memory leaves no last snapshot",
        "data-survives-deletion",
        put("Store", {"Type": "AWS::MemoryDB::Cluster"}),
    ),
    mutation(
        "the key cannot be deleted when the first creation fails",
        "failed-creation-rolls-back",
        remove("EncryptionKey.Properties.KeyPolicy.Statement.0.Action", "kms:ScheduleKeyDeletion"),
    ),
    mutation(
        "logs that are retained later are protected from the start",
        "failed-creation-rolls-back",
        put("DatabaseLogGroup.Properties.DeletionProtectionEnabled", value=True),
    ),
    mutation(
        "what is protected is retained, and refuses nothing",
        "deletion-refused-at-once",
        put("DatabaseCluster.DeletionPolicy", "RetainExceptOnCreate"),
        put("LoadBalancer.Properties.LoadBalancerAttributes.0.Value", "false"),
    ),
    mutation(
        "the database is protected whatever the parameter is",
        "failed-creation-rolls-back",
        put("DatabaseCluster.Properties.DeletionProtection", value=True),
    ),
    mutation(
        "the load balancer is protected whatever the parameter is",
        "failed-creation-rolls-back",
        put("LoadBalancer.Properties.LoadBalancerAttributes.0.Value", "true"),
    ),
    mutation(
        "a rule refuses a creation without protection",
        "failed-creation-rolls-back",
        put(
            "Rules.Protected",
            {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "DeletionProtection"}, "true"]}}]},
        ),
    ),
    mutation(
        "clients are redirected to a port where nothing serves",
        "payments-use-https",
        put(f"{_REDIRECT}.Port", "8443"),
    ),
    mutation(
        "clients are redirected to plain HTTP",
        "payments-use-https",
        put(f"{_REDIRECT}.Protocol", "HTTP"),
    ),
    mutation(
        "protection cannot be switched off for the first creation",
        "failed-creation-rolls-back",
        put("Parameters.DeletionProtection.AllowedValues", ["true"]),
    ),
    mutation(
        "nothing is protected",
        "deletion-refused-at-once",
        put("Parameters.DeletionProtection.Default", "false"),
    ),
    mutation(
        "requests over plain HTTP are served, whatever the certificate is",
        "payments-use-https",
        put(
            "HttpListener.Properties.DefaultActions",
            [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}],
        ),
    ),
    mutation(
        "no listener uses the certificate",
        "payments-use-https",
        put("HttpsListener.Properties.Protocol", "HTTP"),
    ),
    mutation(
        "HTTP redirects to plain HTTP on another host",
        "payments-use-https",
        put(
            _REDIRECT,
            {"Protocol": "HTTP", "Port": "8080", "Host": "example.com", "StatusCode": "HTTP_301"},
        ),
    ),
    mutation(
        "a table is deleted with its data",
        "data-survives-deletion",
        put("Ledger", {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Delete"}),
    ),
    mutation(
        "a bucket is emptied and deleted",
        "data-survives-deletion",
        put("Receipts", {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"}),
    ),
    mutation(
        "a database of its own leaves no snapshot",
        "data-survives-deletion",
        put("Reports", {"Type": "AWS::RDS::DBInstance", "DeletionPolicy": "Delete"}),
    ),
    mutation(
        "a copy of a key is deleted",
        "data-survives-deletion",
        put("Copy", {"Type": "AWS::KMS::ReplicaKey", "DeletionPolicy": "Delete"}),
        put("ApplicationLogGroup.Properties.KmsKeyId", {"Fn::GetAtt": ["Copy", "Arn"]}),
    ),
    mutation(
        "an Aurora instance alone is protected, without effect",
        "deletion-refused-at-once",
        cut("DatabaseCluster.Properties.DeletionProtection"),
        cut("LoadBalancer.Properties.LoadBalancerAttributes"),
        put("DatabaseWriter.Properties.DeletionProtection", value=True),
    ),
    mutation(
        "TLS 1.0 is taken",
        "payments-use-https",
        put("HttpsListener.Properties.SslPolicy", "ELBSecurityPolicy-2016-08"),
    ),
    mutation(
        "HTTPS is served by another load balancer",
        "payments-use-https",
        put(
            "HttpsListener.Properties.LoadBalancerArn",
            "arn:aws:elasticloadbalancing:us-east-1:1:app/other/0",
        ),
    ),
    mutation(
        "HTTP is forwarded to a target group that a parameter names",
        "payments-use-https",
        put("Parameters.Legacy", {"Type": "String", "Default": _LEGACY}),
        put(
            "HttpListener.Properties.DefaultActions",
            [{"Type": "forward", "TargetGroupArn": {"Ref": "Legacy"}}],
        ),
    ),
    mutation(
        "HTTP is forwarded in part to a target group of another stack",
        "payments-use-https",
        put(
            "HttpListener.Properties.DefaultActions",
            [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": _LEGACY}]}}],
        ),
    ),
    mutation(
        "the service is also behind a Classic Load Balancer that takes HTTP",
        "payments-use-https",
        put("Classic", _classic("HTTP")),
        append("Service.Properties.LoadBalancers", {"LoadBalancerName": {"Ref": "Classic"}}),
    ),
    mutation(
        "CloudFront lets viewers use plain HTTP",
        "payments-use-https",
        put("Cdn", _cdn(DefaultCacheBehavior={"ViewerProtocolPolicy": "allow-all"})),
    ),
    mutation(
        "CloudFront lets viewers use plain HTTP on one path",
        "payments-use-https",
        put("Cdn", _cdn(CacheBehaviors=[{"ViewerProtocolPolicy": "allow-all"}])),
    ),
    mutation(
        "CloudFront takes TLS 1.0 with its own certificate",
        "payments-use-https",
        put("Cdn", _cdn(ViewerCertificate={"CloudFrontDefaultCertificate": True})),
    ),
    mutation(
        "the tasks are open to the world",
        "payments-use-https",
        put(f"{_WIRING}.AssignPublicIp", "ENABLED"),
        put("RequestsIngress.Properties.CidrIp", "0.0.0.0/0"),
        cut("RequestsIngress.Properties.SourceSecurityGroupId"),
    ),
)
CONDITIONAL = (
    mutation(
        "a Classic Load Balancer without targets takes HTTP",
        "payments-use-https",
        put("Classic", _classic("HTTP")),
    ),
    mutation(
        "a Classic Load Balancer takes TLS by the policy of ELB",
        "payments-use-https",
        put("Classic", _classic("HTTPS")),
    ),
    mutation(
        "a domain name of an API takes TLS 1.0",
        "payments-use-https",
        put(
            "Domain",
            {"Type": "AWS::ApiGateway::DomainName", "Properties": {"SecurityPolicy": "TLS_1_0"}},
        ),
    ),
    mutation(
        "a listener of another stack forwards",
        "payments-use-https",
        put(
            "OtherRule",
            {
                "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
                "Properties": {
                    "ListenerArn": "other",
                    "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}],
                },
            },
        ),
    ),
    mutation(
        "a port of the tasks is open to an office, by a protocol that is not known",
        "payments-use-https",
        put(f"{_WIRING}.AssignPublicIp", "ENABLED"),
        put("RequestsIngress.Properties.CidrIp", "203.0.113.0/24"),
        cut("RequestsIngress.Properties.SourceSecurityGroupId"),
        cut("Service.Properties.LoadBalancers"),
    ),
    mutation(
        "a parameter without choices names the policy",
        "payments-use-https",
        put("Parameters.Tls", {"Type": "String", "Default": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
        put("HttpsListener.Properties.SslPolicy", {"Ref": "Tls"}),
    ),
    mutation(
        "a parameter with a pattern names a part of the policy",
        "payments-use-https",
        put("Parameters.Tls", {"Type": "String", "Default": "TLS13-1-2-2021-06"}),
        put("Parameters.Tls.AllowedPattern", "TLS13-.*"),
        put("HttpsListener.Properties.SslPolicy", {"Fn::Sub": "ELBSecurityPolicy-${Tls}"}),
    ),
    mutation(
        "a parameter decides what HTTP is redirected to",
        "payments-use-https",
        put("Parameters.Secure", {"Type": "String", "Default": "HTTPS"}),
        put(f"{_REDIRECT}.Protocol", {"Ref": "Secure"}),
    ),
)
KEPT = (
    mutation(
        "CloudFront in front of the load balancer",
        "payments-use-https",
        put("Cdn", _cdn()),
    ),
    mutation(
        "tasks with public addresses that only the network reaches",
        "payments-use-https",
        put(f"{_WIRING}.AssignPublicIp", "ENABLED"),
    ),
)


_FREE = {"CertificateArn", "DBMasterPassword"}


def found(claim: str, *changes: Change) -> Finding:
    document = changed(production_document(), *changes)
    template = parse_template(json.dumps(document), name="the template")
    # With and without a certificate and a password; what else is open would only take longer.
    given = {name: value for name, value in FIXED.items() if name not in _FREE}
    examination = examine(template, profile="production", parameters=given, claims=[CLAIMS[claim]])
    return examination.results[0].finding


def verdict(claim: str, change: Mutation) -> Verdict:
    return found(claim, *change.changes).verdict


@cache
def verdict_before(claim: str) -> Verdict:
    return found(claim).verdict


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.title)
def test_claim_notices(mutation: Mutation) -> None:
    before = verdict_before(mutation.claim)

    after = verdict(mutation.claim, mutation)

    assert (before, after) == (before, Verdict.BROKEN)
    assert before is not Verdict.BROKEN


@pytest.mark.parametrize("variant", CONDITIONAL, ids=lambda variant: variant.title)
def test_variant_keeps_promise_under_condition(variant: Mutation) -> None:
    assert verdict(variant.claim, variant) is Verdict.CONDITIONAL


@pytest.mark.parametrize("variant", KEPT, ids=lambda variant: variant.title)
def test_variant_keeps_promise(variant: Mutation) -> None:
    assert verdict(variant.claim, variant) is Verdict.KEPT


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        # No one can prove that the key is never deleted by hand.
        ("data-survives-deletion", Verdict.CONDITIONAL),
        # Termination protection belongs to the stack, not to the template.
        ("deletion-refused-at-once", Verdict.CONDITIONAL),
        ("failed-creation-rolls-back", Verdict.CONDITIONAL),
        ("payments-use-https", Verdict.KEPT),
    ],
)
def test_promise_is_kept_as_far_as_a_template_can(claim: str, expected: Verdict) -> None:
    assert verdict_before(claim) is expected


def test_what_is_deleted_before_the_database_refuses_is_counted() -> None:
    finding = found("deletion-refused-at-once")

    (line,) = (line for line in finding.evidence if line.startswith("DatabaseCluster: "))
    counts = re.match(r"DatabaseCluster: (\d+) to (\d+) of (\d+) resources are deleted", line)
    assert counts
    least, most, all_of_them = map(int, counts.groups())
    assert 10 < least < most < all_of_them


def test_deploy_sets_termination_protection_by_the_parameter() -> None:
    finding = found("deletion-refused-at-once")

    assert "which `deploy` and `rollout` turn on while DeletionProtection is true" in finding.why


def test_without_the_parameter_no_one_sets_termination_protection() -> None:
    finding = found(
        "deletion-refused-at-once",
        cut("Parameters.DeletionProtection"),
        put("DatabaseCluster.Properties.DeletionProtection", value=True),
        put("GlobalDatabase.Properties.DeletionProtection", value=True),
        put("LoadBalancer.Properties.LoadBalancerAttributes.0.Value", "true"),
    )

    assert "which you must turn on" in finding.why


def test_choice_without_protection_is_a_condition_however_it_is_written() -> None:
    finding = found(
        "deletion-refused-at-once",
        put("Conditions.IsProtected", {"Fn::Equals": [{"Ref": "DeletionProtection"}, "true"]}),
        put(
            "DatabaseCluster.Properties.DeletionProtection",
            {"Fn::If": ["IsProtected", "true", "false"]},
        ),
        put("LoadBalancer.Properties.LoadBalancerAttributes.0.Value", "false"),
    )

    assert finding.verdict is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ({"AllowedValues": ["true", "false"]}, True),
        ({"AllowedPattern": "^(true|false)$"}, True),
        ({"AllowedValues": ["true", "false", "later"]}, True),
        ({}, True),
        ({"AllowedValues": ["true"]}, False),
        ({"AllowedValues": ["True", "False"], "Default": "True"}, False),
    ],
)
def test_switch_of_the_evidence_is_the_switch_of_the_rollout(
    constraint: Json, *, expected: bool
) -> None:
    declared = {"Type": "String", "Default": "true", **constraint}
    document = changed(production_document(), put("Parameters.DeletionProtection", declared))
    template = parse_template(json.dumps(document), name="the template")

    start = build_topology(stacks_of(template, region="us-east-1", given={}).stacks[0])

    assert has_switch(template) is asks_for_protection(start.stack) is expected


def test_what_else_a_rollback_needs_is_said_beside_the_protection() -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "DeletionPolicy": "Delete"}

    finding = found("failed-creation-rolls-back", put("Nested", nested))

    assert "Nested, whose content is not in the template" in finding.why


@pytest.mark.parametrize(
    "resource",
    [
        {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain"},
        {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}
            },
        },
        {"Type": "AWS::DocDB::DBCluster", "DeletionPolicy": "Snapshot"},
        {"Type": "AWS::EFS::FileSystem", "Properties": {"BackupPolicy": {"Status": "ENABLED"}}},
        {"Type": "AWS::MemoryDB::Cluster", "Properties": {"FinalSnapshotName": "last"}},
        {"Type": "AWS::RDS::DBInstance"},
        {
            "Type": "AWS::RDS::DBInstance",
            "DeletionPolicy": "Delete",
            "Properties": {"SourceDBInstanceIdentifier": "other"},
        },
        {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
    ],
)
def test_store_that_is_retained_or_backed_up_loses_no_data(resource: Json) -> None:
    assert found("data-survives-deletion", put("Store", resource)).verdict is Verdict.CONDITIONAL


def test_parameter_without_value_leaves_the_verdict_unknown() -> None:
    finding = found(
        "payments-use-https",
        put("Parameters.Tls", {"Type": "String"}),
        put("HttpsListener.Properties.SslPolicy", {"Ref": "Tls"}),
    )

    assert finding.verdict is Verdict.UNKNOWN
    assert finding.why == "the parameter Tls has no value"
    assert finding.parameter == "Tls"


def test_what_outlives_the_stack_on_purpose_is_named() -> None:
    finding = found("nothing-outlives-stack")

    assert set(finding.evidence) == {
        "EncryptionKey is retained (RetainExceptOnCreate)",
        "DatabaseLogGroup is retained (RetainExceptOnCreate)",
        "InsightsLogGroup is retained (RetainExceptOnCreate)",
        "ApplicationLogGroup is retained (RetainExceptOnCreate)",
        "FlowLogGroup is retained (RetainExceptOnCreate)",
        "WebAclLogGroup is retained (RetainExceptOnCreate)",
        "AccessLogBucket is retained (RetainExceptOnCreate)",
        "BackupVault is retained (RetainExceptOnCreate)",
        "DatabaseCluster leaves a snapshot",
        "DatabaseCluster leaves its automated backups",
        "DatabaseCluster is protected from deletion",
        "GlobalDatabase is protected from deletion",
        "LoadBalancer is protected from deletion",
    }


def test_https_depends_on_certificate_without_the_rule_that_asks_for_one() -> None:
    finding = found("payments-use-https", cut("Rules.CertificateForHttps"))

    assert finding.verdict is Verdict.CONDITIONAL
    assert "CertificateArn" in finding.why


@pytest.mark.parametrize(
    "parameter",
    [
        {"Type": "String", "Default": "101:101"},
        {"Type": "String", "Default": "101:101", "AllowedPattern": "[0-9]+:[0-9]+"},
        {"Type": "Number", "Default": "101"},
    ],
    ids=["any text", "any user and group", "any number"],
)
def test_user_that_a_parameter_leaves_open_is_a_condition(parameter: dict[str, str]) -> None:
    finding = found(
        "containers-without-root",
        put("Parameters.Owner", parameter),
        put("TaskDefinition.Properties.ContainerDefinitions.0.User", {"Ref": "Owner"}),
    )

    assert finding.verdict is Verdict.CONDITIONAL
    assert "except with Owner=" in finding.why


@pytest.mark.parametrize(
    "protocol",
    [{"Fn::Sub": "HTTPS"}, {"Fn::Join": ["", ["HT", "TPS"]]}],
    ids=["Fn::Sub", "Fn::Join"],
)
def test_https_depends_on_certificate_in_any_spelling(protocol: Json) -> None:
    finding = found(
        "payments-use-https",
        cut("Rules.CertificateForHttps"),
        put("HttpsListener.Properties.Protocol", protocol),
    )

    assert finding.verdict is Verdict.CONDITIONAL
    assert "CertificateArn" in finding.why


def test_tls_by_the_policy_that_elb_chooses_is_a_condition() -> None:
    change = mutation("no policy", "payments-use-https", cut("HttpsListener.Properties.SslPolicy"))

    assert (verdict_before(change.claim), verdict(change.claim, change)) == (
        Verdict.KEPT,
        Verdict.CONDITIONAL,
    )
