"""A fault in a template turns the requirements that it breaks, and no others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from payment_templates.report.compliance import Status, assess
from payment_templates.report.compliance.matrix import MATRIX
from tests.evidence.changes import append, changed, cut, drop, put
from tests.evidence.templates import real_document
from tests.report.compliance.complete_template import (
    DATABASE_PARAMETERS,
    FIXED,
    assessed,
    changed_template,
    complete_document,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

    from payment_templates.report.compliance import Assessment
    from tests.evidence.changes import Change
    from tests.view import Json

_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_ATTRIBUTES = "LoadBalancer.Properties.LoadBalancerAttributes"
_BUCKET = "AccessLogBucket.Properties"
_COUNTING: list[Json] = [{"Name": "Rate", "Priority": 0, "Action": {"Count": {}}}]
_INJECTION: Json = {
    "SqliMatchStatement": {
        "FieldToMatch": {"Body": {}},
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }
}
_LABELLED: Json = {
    "LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "awswaf:managed:aws:core-rule-set:"}
}
_INGRESS = "LoadBalancerSecurityGroup.Properties.SecurityGroupIngress"
_EGRESS = "ApplicationSecurityGroup.Properties.SecurityGroupEgress.0"
_NETWORK = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration"
_SELECTION = "BackupSelection.Properties.BackupSelection"
_TRUST = "TaskRole.Properties.AssumeRolePolicyDocument.Statement.0.Principal"
_MINOR_VERSIONS = "minor-versions-are-installed"
_GRANT = "TaskPolicy.Properties.PolicyDocument.Statement.0"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Changes to the complete template, and the check that must notice them."""

    what: str
    check: str
    changes: tuple[Change, ...]
    status: Status = Status.NOT_MET


def _fault(what: str, check: str, *changes: Change) -> Fault:
    return Fault(what=what, check=check, changes=changes)


def _doubt(what: str, check: str, *changes: Change) -> Fault:
    return Fault(what=what, check=check, changes=changes, status=Status.CONDITIONAL)


# Every path starts with a slash.
_EVERY_PATH: Json = {
    "ByteMatchStatement": {
        "FieldToMatch": {"UriPath": {}},
        "PositionalConstraint": "STARTS_WITH",
        "SearchString": "/",
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }
}
# Overrides nothing: the rules of the group block.
_BLOCKS: Json = {"None": {}}
_VISIBLE: Json = {
    "CloudWatchMetricsEnabled": True,
    "MetricName": "rule",
    "SampledRequestsEnabled": False,
}


def _rule(statement: Json, **others: object) -> Json:
    return {
        "Name": "rule",
        "Priority": 0,
        "Action": {"Block": {}},
        "Statement": statement,
        "VisibilityConfig": _VISIBLE,
        **others,
    }


def _managed(name: str, group: Json | None = None, **others: object) -> Json:
    statement = {"VendorName": "AWS", "Name": name, **(group or {})}
    return {
        "Name": name,
        "Priority": 1,
        "OverrideAction": _BLOCKS,
        "Statement": {"ManagedRuleGroupStatement": statement},
        "VisibilityConfig": _VISIBLE,
        **others,
    }


def _expires(days: int, *, old: int) -> Json:
    return {
        "Status": "Enabled",
        "ExpirationInDays": days,
        "NoncurrentVersionExpiration": {"NoncurrentDays": old},
    }


def _parameters(**changed: str) -> Change:
    """Change parameters of the database, whose names have dots."""
    path = "DatabaseParameterGroup.Properties.Parameters"
    return put(path, {**DATABASE_PARAMETERS, **changed})


def _open(port: int, block: str) -> Change:
    kind = "CidrIpv6" if ":" in block else "CidrIp"
    return append(_INGRESS, {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, kind: block})


FAULTS = (
    # Claims of the evidence.
    _fault("no subscriber", "alerts-reach-subscribers", drop("AlertEmailSubscription")),
    _fault("no subscriber", "events-reach-subscribers", drop("AlertEmailSubscription")),
    _fault(
        *("ambiguous requests pass", "ambiguous-requests-are-stopped"),
        append(
            _ATTRIBUTES,
            {"Key": "routing.http.desync_mitigation_mode", "Value": "monitor"},
        ),
    ),
    _fault(
        *("no backups", "backups-kept"),
        put("DatabaseCluster.Properties.BackupRetentionPeriod", 0),
    ),
    _fault(
        *("a privileged container", "containers-have-few-rights"),
        put(f"{_CONTAINER}.Privileged", value=True),
    ),
    _fault("root", "containers-without-root", put(f"{_CONTAINER}.User", "0")),
    _fault(
        *("queries in clear", "database-connections-are-encrypted"),
        _parameters(**{"rds.force_ssl": "0"}),
    ),
    _fault(
        *("a public database", "database-is-private"),
        put("DatabaseWriter.Properties.PubliclyAccessible", value=True),
    ),
    _fault(
        *("logs without end", "logs-expire"),
        cut("ApplicationLogGroup.Properties.RetentionInDays"),
    ),
    _fault(
        *("a role for another account", "no-other-account-is-trusted"),
        put(_TRUST, {"AWS": "arn:aws:iam::999988887777:root"}),
    ),
    _fault(
        *("a database for everyone", "only-neighbours-connect"),
        append(
            "DatabaseSecurityGroup.Properties.SecurityGroupIngress",
            {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "0.0.0.0/0"},
        ),
    ),
    _fault(
        *("TLS 1.0", "payments-use-https"),
        put("HttpsListener.Properties.SslPolicy", "ELBSecurityPolicy-2016-08"),
    ),
    _fault(
        *("a password in the template", "secrets-not-in-clear"),
        put("DatabaseCluster.Properties.MasterUserPassword", "Example-password-1"),
    ),
    _fault(
        *("a role that ECS cannot assume", "services-can-assume-their-roles"),
        put(_TRUST, {"Service": "lambda.amazonaws.com"}),
    ),
    _fault(
        *("tasks in public", "tasks-run-in-private-subnets"),
        put(f"{_NETWORK}.Subnets", [{"Ref": "PublicSubnetA"}]),
        put(f"{_NETWORK}.AssignPublicIp", "ENABLED"),
    ),
    _fault(
        *("a policy that allows everything", "wildcards-have-a-reason"),
        put(f"{_GRANT}.Action", ["*"]),
        put(f"{_GRANT}.Resource", ["*"]),
    ),
    # Network.
    _fault("SSH for everyone", "administration-ports-are-closed", _open(22, "0.0.0.0/0")),
    _fault("RDP over IPv6", "administration-ports-are-closed", _open(3389, "::/0")),
    _doubt(
        *("SSH from a prefix list", "administration-ports-are-closed"),
        append(
            _INGRESS,
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "SourcePrefixListId": "pl-0123456789abcdef0",
            },
        ),
    ),
    _fault(
        *("SSH from a prefix list of the stack", "administration-ports-are-closed"),
        put(
            "List", {"Type": "AWS::EC2::PrefixList", "Properties": {"Entries": [{"Cidr": "::/0"}]}}
        ),
        append(
            _INGRESS,
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "SourcePrefixListId": {"Ref": "List"},
            },
        ),
    ),
    _fault(
        *("every outbound port", "outbound-traffic-is-limited"),
        put(_EGRESS, {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}),
    ),
    _fault(
        *("no outbound rules, so AWS's allow-all", "outbound-traffic-is-limited"),
        cut("ApplicationSecurityGroup.Properties.SecurityGroupEgress"),
    ),
    _doubt(
        *("HTTPS to anywhere", "outbound-traffic-is-limited"),
        put(f"{_EGRESS}.CidrIp", "0.0.0.0/0"),
    ),
    _fault(
        *("a gateway of another network", "gateways-serve-own-network"),
        put("GatewayAttachment.Properties.VpcId", "vpc-0123456789abcdef0"),
    ),
    _fault(
        *("a gateway without a network", "gateways-serve-own-network"),
        put("OtherGateway", {"Type": "AWS::EC2::InternetGateway"}),
    ),
    _fault(
        *("public addresses by default", "no-automatic-public-addresses"),
        put("PrivateSubnetA.Properties.MapPublicIpOnLaunch", value=True),
    ),
    _fault(
        *("tasks with public addresses", "no-automatic-public-addresses"),
        put(f"{_NETWORK}.AssignPublicIp", "ENABLED"),
    ),
    # Logs.
    _fault("no flow log", "network-traffic-is-logged", drop("FlowLog")),
    _fault(
        *("a flow log of another network", "network-traffic-is-logged"),
        put("FlowLog.Properties.ResourceId", "vpc-0123456789abcdef0"),
    ),
    _doubt(
        *("only rejected traffic", "network-traffic-is-logged"),
        put("FlowLog.Properties.TrafficType", "REJECT"),
    ),
    _doubt(
        *("only a subnet", "network-traffic-is-logged"),
        put("FlowLog.Properties.ResourceType", "Subnet"),
        put("FlowLog.Properties.ResourceId", {"Ref": "PrivateSubnetA"}),
    ),
    _fault(
        *("access logs off", "requests-are-logged"),
        put(f"{_ATTRIBUTES}.4.Value", "false"),
    ),
    _fault("a silent container", "containers-are-logged", cut(f"{_CONTAINER}.LogConfiguration")),
    _fault(
        *("no exported log", "database-exports-logs"),
        put("DatabaseCluster.Properties.EnableCloudwatchLogsExports", ["upgrade"]),
    ),
    _fault(
        *("pgAudit off", "database-audits-statements"),
        _parameters(**{"pgaudit.log": "none"}),
    ),
    _fault(
        *("pgAudit not loaded", "database-audits-statements"),
        _parameters(shared_preload_libraries="pg_stat_statements"),
    ),
    _doubt(
        *("pgAudit for some statements", "database-audits-statements"),
        _parameters(**{"pgaudit.log": "ddl,role"}),
    ),
    _fault("a silent web ACL", "web-acl-is-logged", drop("WebAclLogs")),
    # Retention.
    _fault(
        *("logs for 90 days", "logs-are-kept-a-year"),
        put("ApplicationLogGroup.Properties.RetentionInDays", 90),
    ),
    _fault(
        *("access logs for a day", "logs-are-kept-a-year"),
        put("AccessLogBucket.Properties.LifecycleConfiguration.Rules", [_expires(1, old=30)]),
    ),
    _fault(
        *("access logs without versions", "logs-are-kept-a-year"),
        cut("AccessLogBucket.Properties.VersioningConfiguration"),
        put("AccessLogBucket.Properties.LifecycleConfiguration.Rules", [_expires(90, old=400)]),
    ),
    _doubt(
        *("objects of a prefix for a day", "logs-are-kept-a-year"),
        put(
            "AccessLogBucket.Properties.LifecycleConfiguration.Rules",
            [{**_expires(1, old=1), "Prefix": "tmp/"}],
        ),
    ),
    _fault(
        *("access logs deleted with the stack", "logs-outlive-the-stack"),
        put("AccessLogBucket.DeletionPolicy", "Delete"),
    ),
    _fault(
        *("logs deleted with the stack", "logs-outlive-the-stack"),
        put("ApplicationLogGroup.DeletionPolicy", "Delete"),
    ),
    _fault("no backup plan", "backup-plan-covers-database", drop("BackupSelection")),
    _fault(
        *("a plan for another resource", "backup-plan-covers-database"),
        put(f"{_SELECTION}.Resources", ["arn:aws:ec2:us-east-1:123456789012:volume/*"]),
    ),
    _fault(
        *("a plan that leaves the cluster out", "backup-plan-covers-database"),
        put(f"{_SELECTION}.Resources", ["*"]),
        put(f"{_SELECTION}.NotResources", ["arn:aws:rds:*:*:cluster:*"]),
    ),
    _fault(
        *("a plan for the clusters of another region", "backup-plan-covers-database"),
        put(f"{_SELECTION}.Resources", ["arn:aws:rds:eu-west-1:*:cluster:*"]),
    ),
    _doubt(
        *("a plan that selects by tag", "backup-plan-covers-database"),
        put(f"{_SELECTION}.ListOfTags", [{"ConditionKey": "backup", "ConditionValue": "daily"}]),
    ),
    _fault(
        *("recovery points can be deleted", "recovery-points-are-protected"),
        cut("BackupVault.Properties.AccessPolicy"),
    ),
    _fault(
        *("recovery points can be made to expire", "recovery-points-are-protected"),
        cut("BackupVault.Properties.AccessPolicy.Statement.0.Action.1"),
    ),
    _fault(
        *("no versions", "buckets-keep-versions"),
        put(f"{_BUCKET}.VersioningConfiguration.Status", "Suspended"),
    ),
    # Access.
    _fault(
        *("passwords only", "database-takes-iam-logins"),
        put("DatabaseCluster.Properties.EnableIAMDatabaseAuthentication", value=False),
    ),
    _fault(
        *("the default name", "administrator-has-own-name"),
        put("DatabaseCluster.Properties.MasterUsername", "postgres"),
    ),
    _fault("no rotation", "secrets-are-rotated", drop("RotationSchedule")),
    _fault(
        *("rotation once a year", "secrets-are-rotated"),
        put("RotationSchedule.Properties.RotationRules", {"ScheduleExpression": "rate(365 days)"}),
    ),
    _fault(
        *("a short password", "generated-passwords-are-long"),
        put("DatabaseSecret.Properties.GenerateSecretString.PasswordLength", 8),
    ),
    _doubt(
        *("a password that is given", "generated-passwords-are-long"),
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put("DatabaseSecret.Properties.SecretString", "{{resolve:ssm-secure:password}}"),
    ),
    _fault(
        *("a policy of no role", "policies-are-attached"),
        cut("TaskPolicy.Properties.Roles"),
    ),
    _fault(
        *("a policy of a user", "policies-are-attached"),
        put("TaskPolicy.Properties.Users", ["operator"]),
    ),
    _fault(
        *("a key for life", "keys-are-rotated"),
        put("EncryptionKey.Properties.EnableKeyRotation", value=False),
    ),
    _fault(
        *("data in clear", "stored-data-is-encrypted"),
        put("DatabaseCluster.Properties.StorageEncrypted", value=False),
    ),
    _fault(
        *("logs with the key of AWS", "stored-data-has-a-customer-managed-key"),
        cut("ApplicationLogGroup.Properties.KmsKeyId"),
    ),
    _fault(
        *("a key that is off", "stored-data-has-a-customer-managed-key"),
        put("EncryptionKey.Properties.Enabled", value=False),
    ),
    # Application.
    _fault("no web ACL", "web-acl-stops-attacks", drop("WebAclAssociation")),
    _fault(*("a web ACL without rules", "web-acl-stops-attacks"), cut("WebAcl.Properties.Rules")),
    _fault(
        *("a web ACL that only counts", "web-acl-stops-attacks"),
        put("WebAcl.Properties.Rules", _COUNTING),
    ),
    _doubt(
        *("a web ACL of another stack", "web-acl-stops-attacks"),
        put(
            "WebAclAssociation.Properties.WebACLArn",
            "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shared/0",
        ),
    ),
    _fault(
        *("a web ACL that blocks only a country", "web-acl-stops-attacks"),
        put("WebAcl.Properties.Rules", [_rule({"GeoMatchStatement": {"CountryCodes": ["AQ"]}})]),
    ),
    _fault(
        *("a web ACL that counts attacks and blocks senders", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [
                _managed("AWSManagedRulesAmazonIpReputationList"),
                _managed("AWSManagedRulesCommonRuleSet", OverrideAction={"Count": {}}),
            ],
        ),
    ),
    _doubt(
        *("a rule that allows requests before the others see them", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [
                _managed("AWSManagedRulesCommonRuleSet", Priority=2),
                _rule(_EVERY_PATH, Action={"Allow": {}}, Priority=1),
            ],
        ),
    ),
    _doubt(
        *("a web ACL for one path", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [_managed("AWSManagedRulesCommonRuleSet", {"ScopeDownStatement": _EVERY_PATH})],
        ),
    ),
    _doubt(
        *("rules of a group that count", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [
                _managed(
                    "AWSManagedRulesCommonRuleSet",
                    {
                        "RuleActionOverrides": [
                            {"Name": "CrossSiteScripting_BODY", "ActionToUse": {"Count": {}}}
                        ]
                    },
                )
            ],
        ),
    ),
    _doubt(
        *("a group of own rules", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [
                _rule(
                    {"RuleGroupReferenceStatement": {"Arn": {"Fn::ImportValue": "rules"}}},
                    Action={"Ref": "AWS::NoValue"},
                    OverrideAction=_BLOCKS,
                )
            ],
        ),
    ),
    _fault(
        *("a web ACL that blocks all but attacks", "web-acl-stops-attacks"),
        put("WebAcl.Properties.Rules", [_rule({"NotStatement": {"Statement": _INJECTION}})]),
    ),
    _doubt(
        *("a rule that blocks by the labels of a group that counts", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [
                _managed("AWSManagedRulesCommonRuleSet", OverrideAction={"Count": {}}),
                _rule(_LABELLED, Priority=2),
            ],
        ),
    ),
    _fault(
        *("a rule that blocks by labels before any rule adds them", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [
                _rule(_LABELLED, Priority=0),
                _managed("AWSManagedRulesCommonRuleSet", OverrideAction={"Count": {}}, Priority=1),
            ],
        ),
    ),
    _fault(
        *("a rule that blocks by the labels of a group about senders", "web-acl-stops-attacks"),
        put(
            "WebAcl.Properties.Rules",
            [
                _managed("AWSManagedRulesAnonymousIpList", OverrideAction={"Count": {}}),
                _rule(_LABELLED, Priority=2),
            ],
        ),
    ),
    _fault(
        *("invalid headers pass", "invalid-headers-are-dropped"),
        put(f"{_ATTRIBUTES}.1.Value", "false"),
    ),
    _fault(
        *("an old platform", "tasks-run-on-latest-platform"),
        put("Service.Properties.PlatformVersion", "1.3.0"),
    ),
    _fault(
        *("a bucket that can become public", "buckets-are-private"),
        put(f"{_BUCKET}.PublicAccessBlockConfiguration.BlockPublicPolicy", value=False),
    ),
    _doubt(
        *("a bucket with S3's default", "buckets-are-private"),
        cut(f"{_BUCKET}.PublicAccessBlockConfiguration"),
    ),
    _fault("plain requests", "buckets-take-tls-only", drop("AccessLogBucketPolicy")),
    _fault(
        *("plain requests to read", "buckets-take-tls-only"),
        put("AccessLogBucketPolicy.Properties.PolicyDocument.Statement.1.Action", "s3:PutObject"),
    ),
    # Alerts.
    _fault(
        *("no events of parameter groups", "database-changes-send-alerts"),
        drop("DatabaseParameterGroupEvents"),
    ),
    _fault(
        *("a subscription that is off", "database-changes-send-alerts"),
        put("DatabaseSecurityGroupEvents.Properties.Enabled", value=False),
    ),
    _fault(
        *("no log of deliveries", "delivery-of-alerts-is-logged"),
        cut("AlertTopic.Properties.DeliveryStatusLogging"),
        put("AlertEmailSubscription.Properties.Protocol", "https"),
    ),
    _doubt(
        *("no alert about the certificate", "ends-of-certificates-are-noticed"),
        drop("CertificateRule"),
    ),
    _doubt(
        *("alerts by e-mail", "delivery-of-alerts-is-logged"),
        cut("AlertTopic.Properties.DeliveryStatusLogging"),
    ),
)
_ORDER = list(Status)
_STATUSES = {Verdict.BROKEN: Status.NOT_MET, Verdict.CONDITIONAL: Status.CONDITIONAL}
# One of so many: the others are for `make faults`.
_IN_THE_GATE = 12


@cache
def complete() -> Assessment:
    return assessed()


def statuses(assessment: Assessment) -> dict[str, Status]:
    return {part.check.claim.id: part.status for it in assessment.requirements for part in it.parts}


def test_complete_template_meets_every_requirement() -> None:
    found = statuses(complete())

    own = {check.claim.id for row in MATRIX for check in row.checks if not check.of_evidence}
    # Its database is global: RDS installs no minor version by itself there.
    own.remove(_MINOR_VERSIONS)
    assert {name: found[name] for name in own if found[name] is not Status.MET} == {}
    assert {*found.values()} <= {Status.MET, Status.CONDITIONAL}
    assert not complete().fails


@pytest.mark.parametrize("fault", FAULTS, ids=lambda it: f"{it.check}: {it.what}")
def test_fault_turns_its_check(fault: Fault) -> None:
    (claim,) = {each.claim for row in MATRIX for each in row.checks if each.claim.id == fault.check}

    (result,) = examine(
        changed_template(*fault.changes), parameters=FIXED, profile="production", claims=[claim]
    ).results

    assert _STATUSES[result.finding.verdict] is fault.status


def _cases() -> Iterator[ParameterSet]:
    """Yield the faults; for the gate, some are enough to show which rows they turn, and why."""
    for number, fault in enumerate(FAULTS):
        marks = [pytest.mark.faults] if number % _IN_THE_GATE else []
        yield pytest.param(fault, marks=marks, id=f"{fault.check}: {fault.what}")


@pytest.mark.parametrize("fault", list(_cases()))
def test_fault_turns_the_requirements_of_its_check(fault: Fault) -> None:
    before, after = complete(), assessed(*fault.changes)

    was, found = statuses(before), statuses(after)
    turned = {name for name, status in found.items() if was[name] is not status}
    assert found[fault.check] is fault.status
    assert fault.check in turned
    for old, new in zip(before.requirements, after.requirements, strict=True):
        checks = {check.claim.id for check in new.row.checks}
        if fault.check in checks:
            assert _ORDER.index(new.status) >= _ORDER.index(fault.status), new.row.number
            assert new.why
        elif not checks & turned:
            assert new.status is old.status, new.row.number


_S3_KEY = {
    "ServerSideEncryptionConfiguration": [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            (put("EncryptionKey.Properties.EnableKeyRotation", value=False),),
            dict.fromkeys(("3.7.4", "3.7.5"), "EncryptionKey is not rotated"),
        ),
        # Alerts hold neither card data nor passwords.
        ((cut("AlertTopic.Properties.KmsMasterKeyId"),), {}),
        (
            (
                put("AccessLogBucket.Properties.BucketEncryption", _S3_KEY),
                put(f"{_GRANT}.Action", "s3:*"),
                put(f"{_GRANT}.Resource", "*"),
            ),
            {
                "3.5.1.3": "S3's own key is accepted only while load balancers alone write to it, "
                "and TaskPolicy may write to it",
            },
        ),
    ],
    ids=["a key for life", "alerts without a key", "tasks that may write everywhere"],
)
def test_fault_of_a_key_turns_only_requirements_that_ask_for_it(
    changes: tuple[Change, ...], expected: dict[str, str]
) -> None:
    found = {
        it.row.number: part.why
        for it in assessed(*changes).requirements
        for part in it.parts
        if part.status is Status.NOT_MET and part.check.claim.id != "wildcards-have-a-reason"
    }

    assert found.keys() == expected.keys()
    assert all(expected[number] in why for number, why in found.items())


def test_every_check_has_a_fault() -> None:
    checks = {check.claim.id for row in MATRIX for check in row.checks}

    assert checks == {fault.check for fault in FAULTS} | {_MINOR_VERSIONS}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ((), Status.MET),
        (
            (put("DatabaseReader1.Properties.AutoMinorVersionUpgrade", value=False),),
            Status.CONDITIONAL,
        ),
        (
            (put("GlobalDatabase", {"Type": "AWS::RDS::GlobalCluster", "Properties": {}}),),
            Status.CONDITIONAL,
        ),
        (
            (put("DatabaseCluster.Properties.GlobalClusterIdentifier", "payments"),),
            Status.CONDITIONAL,
        ),
    ],
    ids=["by RDS", "one by hand", "global database", "copy of another region"],
)
def test_minor_versions_are_installed_where_rds_does(
    changes: tuple[Change, ...], status: Status
) -> None:
    by_rds = (
        put(f"{name}.Properties.AutoMinorVersionUpgrade", value=True)
        for name in ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
    )
    text = json.dumps(changed(real_document(), *by_rds, *changes))

    found = statuses(assess(parse_template(text, name="t.json"), profile="standard"))

    assert found[_MINOR_VERSIONS] is status


# The operator switches it to blocking after the first days.
def test_web_acl_that_counts_for_now_is_a_condition() -> None:
    template = parse_template(json.dumps(complete_document()), name="t.json")

    after = assess(template, parameters=FIXED | {"WebAclMode": "Count"}, profile="production")

    assert statuses(after)["web-acl-stops-attacks"] is Status.CONDITIONAL


def test_web_acl_may_block_by_default() -> None:
    after = assessed(
        put("WebAcl.Properties.Rules", _COUNTING),
        put("WebAcl.Properties.DefaultAction", {"Block": {}}),
    )

    assert statuses(after)["web-acl-stops-attacks"] is Status.MET


def test_label_rule_that_a_parameter_switches_to_blocking_is_a_condition() -> None:
    switched: Json = {"Fn::If": ["CountsWebRequests", {"Count": {}}, {"Block": {}}]}
    group = _managed("AWSManagedRulesCommonRuleSet", OverrideAction={"Count": {}})
    rules = [group, _rule(_LABELLED, Priority=2, Action=switched)]
    document = changed(complete_document(), put("WebAcl.Properties.Rules", rules))
    template = parse_template(json.dumps(document), name="t.json")

    after = assess(template, parameters=FIXED | {"WebAclMode": "Count"}, profile="production")

    assert statuses(after)["web-acl-stops-attacks"] is Status.CONDITIONAL


def test_password_that_rds_manages_is_rotated() -> None:
    database = {
        "Type": "AWS::RDS::DBCluster",
        "Properties": {"Engine": "aurora-postgresql", "ManageMasterUserPassword": True},
    }
    text = json.dumps({"Resources": {"Database": database}})

    found = statuses(assess(parse_template(text, name="t.json"), profile="any"))

    assert found["secrets-are-rotated"] is Status.MET
    assert found["generated-passwords-are-long"] is Status.NOT_APPLICABLE


def test_locked_vault_needs_no_policy() -> None:
    after = assessed(
        cut("BackupVault.Properties.AccessPolicy"),
        put("BackupVault.Properties.LockConfiguration", {"MinRetentionDays": 35}),
    )

    assert statuses(after)["recovery-points-are-protected"] is Status.MET


@pytest.mark.parametrize("resource", ["*", "arn:aws:rds:*:*:cluster:*"])
def test_backup_plan_may_cover_every_cluster(resource: str) -> None:
    after = assessed(put(f"{_SELECTION}.Resources", [resource]))

    assert statuses(after)["backup-plan-covers-database"] is Status.MET


def test_database_outside_a_cluster_is_checked() -> None:
    other = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"Engine": "postgres", "MasterUsername": "postgres"},
    }

    found = statuses(assessed(put("OtherDatabase", other)))

    wrong = {name for name, status in found.items() if status is Status.NOT_MET}
    assert wrong >= {
        *("administrator-has-own-name", "backup-plan-covers-database"),
        *("database-audits-statements", "database-exports-logs", "database-takes-iam-logins"),
    }


def test_disks_and_logs_alone_meet_nothing_that_rests_on_the_customer() -> None:
    found = {it.row.number: it for it in assessed().requirements}

    assert found["3.5.1"].status is found["10.4.2"].status is Status.CONDITIONAL
    assert found["10.4.2"].why.startswith("only with the customer's part: review the logs")
    assert found["10.5.1"].status is Status.MET


def test_value_that_the_template_does_not_decide_is_unknown() -> None:
    after = assessed(
        put("Parameters.Days", {"Type": "Number"}),
        put("ApplicationLogGroup.Properties.RetentionInDays", {"Ref": "Days"}),
    )

    (kept,) = (it for it in after.requirements if it.row.number == "10.5.1")
    assert kept.status is Status.UNKNOWN
    assert "Days" in kept.why
    assert after.fails
