"""A correct setting that resembles a fault changes no verdict, or makes it conditional."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, append, changed, cut, put
from tests.evidence.mutations.outsiders import INSTANCES, MINOR, copied, key_for
from tests.evidence.mutations.service_limits import (
    SLOW,
    attribute,
    balancer,
    metric_filter,
    statement,
    windows,
)
from tests.evidence.mutations.startup import CHECK, CONTAINER, waits_for
from tests.evidence.templates import real_document, verdict_of

ACCOUNT = {"Ref": "AWS::AccountId"}
IMAGE = "Parameters.ContainerImage.Default"
PORT = "Parameters.ContainerPort.Default"
RULE = "ServiceFailureRule.Properties"
TEMPLATE = f"{RULE}.Targets.0.InputTransformer.InputTemplate"
REDIRECT = "HttpListener.Properties.DefaultActions.0.Fn::If.1.RedirectConfig"
GENERATED = "DatabaseSecret.Properties.GenerateSecretString.Fn::If.2"
PARAMETERS = "TaskPolicy.Properties.PolicyDocument.Statement.0.Resource.0"
SSM = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:"
SECRETS = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
CHECKED = {"Command": ["CMD-SHELL", "wget -q -O - http://localhost:8080/ || exit 1"]}
SERVER = ["nginx", "-c", "/payment.conf"]
# A rule for one path, which may lead to another one.
SELECTED = {
    "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
    "Properties": {
        "ListenerArn": {"Ref": "HttpsListener"},
        "Priority": 1,
        "Conditions": [{"Field": "path-pattern", "Values": ["/old"]}],
        "Actions": [
            {
                "Type": "redirect",
                "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "Path": "/new"},
            }
        ],
    },
    "Condition": "HasCertificate",
}


def case(title: str, claim: str, *changes: Change) -> object:
    return pytest.param(claim, changes, id=title)


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        case(
            "two subnets of a load balancer",
            "valid-template",
            put(
                "LoadBalancer.Properties.Subnets",
                [{"Ref": "PublicSubnetA"}, {"Ref": "PublicSubnetB"}],
            ),
        ),
        case(
            "one subnet in a Local Zone",
            "valid-template",
            put("PublicSubnetA.Properties.AvailabilityZone", "us-east-1-bos-1a"),
            put("LoadBalancer.Properties.Subnets", [{"Ref": "PublicSubnetA"}]),
        ),
        case(
            "subnets in a further block",
            "neighbours-can-connect",
            put("Vpc.Properties.CidrBlock", "10.9.0.0/16"),
            put(
                "Block",
                {
                    "Type": "AWS::EC2::VPCCidrBlock",
                    "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/16"},
                },
            ),
        ),
        case(
            "the last promotion tier",
            "valid-template",
            put("DatabaseReader1.Properties.PromotionTier", 15),
        ),
        case(
            "a health check from three regions",
            "dns-fails-over",
            put(
                "HealthCheck.Properties.HealthCheckConfig.Regions",
                ["us-east-1", "us-west-2", "eu-west-1"],
            ),
        ),
        case(
            "a rotation each quarter",
            "valid-template",
            put("EncryptionKey.Properties.RotationPeriodInDays", "90"),
        ),
        case("slow start alone", "valid-template", SLOW),
        case("slow start off", "valid-template", attribute("slow_start.duration_seconds", "0")),
        case(
            "least outstanding requests alone",
            "valid-template",
            attribute("load_balancing.algorithm.type", "least_outstanding_requests"),
        ),
        case(
            "the longest idle timeout",
            "valid-template",
            balancer("idle_timeout.timeout_seconds", "4000"),
        ),
        case(
            "the strictest mode",
            "ambiguous-requests-are-stopped",
            balancer("routing.http.desync_mitigation_mode", "strictest"),
        ),
        case("path kept", "payments-use-https", put(f"{REDIRECT}.Path", "/#{path}")),
        case("query longer", "payments-use-https", put(f"{REDIRECT}.Query", "#{query}&from=http")),
        case("one path redirected", "payments-use-https", put("Rule", SELECTED)),
        case(
            "password without punctuation",
            "valid-template",
            cut(f"{GENERATED}.ExcludeCharacters"),
            put(f"{GENERATED}.ExcludePunctuation", value=True),
        ),
        case("longest password", "valid-template", put(f"{GENERATED}.PasswordLength", 41)),
        case(
            "pattern and schedule",
            "valid-template",
            put(f"{RULE}.ScheduleExpression", "rate(1 day)"),
        ),
        case(
            "schedule alone",
            "valid-template",
            cut(f"{RULE}.EventPattern"),
            put(f"{RULE}.ScheduleExpression", "rate(1 day)"),
        ),
        case(
            "every category",
            "valid-template",
            put(
                "DatabaseClusterEvents.Properties.EventCategories",
                ["configuration change", "failover", "global-failover", "maintenance"],
            ),
        ),
        case(
            "placeholders of EventBridge",
            "events-reach-subscribers",
            put(TEMPLATE, '{"rule":<aws.events.rule-name>,"detail":<detail>}'),
        ),
        case("metric filter on standard logs", "valid-template", *metric_filter("STANDARD")),
        case("windows apart", "valid-template", *windows("04:00-05:00", "sun:05:00-sun:06:00")),
        case(
            "windows over midnight",
            "valid-template",
            *windows("23:30-00:30", "mon:00:30-mon:01:30"),
        ),
        case(
            "parameter by its name",
            "policies-name-resources-as-iam-does",
            put(PARAMETERS, {"Fn::Sub": f"{SSM}parameter${{WriterParameter}}"}),
        ),
        case(
            "every parameter",
            "policies-name-resources-as-iam-does",
            put(PARAMETERS, {"Fn::Sub": f"{SSM}parameter*"}),
        ),
        case(
            "any end of a secret",
            "policies-name-resources-as-iam-does",
            statement("secretsmanager:GetSecretValue", f"{SECRETS}payment-1-??????"),
        ),
        case(
            "a complete secret",
            "policies-name-resources-as-iam-does",
            statement("secretsmanager:GetSecretValue", f"{SECRETS}payment-1-AbCdEf"),
        ),
        case(
            "objects of a bucket",
            "policies-name-resources-as-iam-does",
            statement("s3:GetObject", "arn:${AWS::Partition}:s3:::payments/*"),
        ),
        case(
            "a bucket itself",
            "policies-name-resources-as-iam-does",
            statement("s3:ListBucket", "arn:${AWS::Partition}:s3:::payments"),
        ),
        case("a check that may fail", "tasks-can-start", put(CHECK, CHECKED)),
        case("no check", "tasks-can-start", put(CHECK, {"Command": ["NONE"]})),
        case("start awaited", "tasks-can-start", *waits_for("side", "START")),
        case("end awaited", "tasks-can-start", *waits_for("side", "SUCCESS")),
        case(
            "health awaited", "tasks-can-start", *waits_for("side", "HEALTHY", HealthCheck=CHECKED)
        ),
        case(
            "whole secret",
            "tasks-can-start",
            put(f"{CONTAINER}.Secrets.1.ValueFrom", {"Ref": "DatabaseSecret"}),
        ),
        case(
            "writable root",
            "tasks-can-start",
            cut(f"{CONTAINER}.LinuxParameters"),
            put(f"{CONTAINER}.ReadonlyRootFilesystem", value=False),
        ),
        case(
            "folder on a volume",
            "tasks-can-start",
            cut(f"{CONTAINER}.LinuxParameters"),
            put("TaskDefinition.Properties.Volumes", [{"Name": "work"}]),
            put(f"{CONTAINER}.MountPoints", [{"SourceVolume": "work", "ContainerPath": "/"}]),
        ),
        case(
            "image of one's own",
            "neighbours-can-connect",
            put(IMAGE, "111122223333.dkr.ecr.us-east-1.amazonaws.com/nginx/nginx-unprivileged:1"),
            put(PORT, 9090),
        ),
        case(
            "another command",
            "neighbours-can-connect",
            put(f"{CONTAINER}.Command", SERVER),
            put(PORT, 9090),
        ),
        case(
            "a page with a query",
            "neighbours-can-connect",
            put("Parameters.HealthCheckPath.Default", "/?probe=1"),
        ),
        case(
            "key for this account",
            "no-other-account-is-trusted",
            key_for({"AWS": "*"}, StringEquals={"kms:CallerAccount": ACCOUNT}),
        ),
        case(
            "endpoint for anybody",
            "no-other-account-is-trusted",
            put(
                "S3Endpoint.Properties.PolicyDocument",
                {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "s3:GetObject",
                            "Resource": "*",
                        }
                    ]
                },
            ),
        ),
        case(
            "anybody denied",
            "no-other-account-is-trusted",
            append(
                "EncryptionKey.Properties.KeyPolicy.Statement",
                {"Effect": "Deny", "Principal": "*", "Action": "kms:Sign", "Resource": "*"},
            ),
        ),
        case(
            "one instance that is not upgraded",
            "instances-updated-one-by-one",
            *(cut(f"{name}.Properties.{MINOR}") for name in INSTANCES[1:]),
        ),
        case(
            "target group of IPv4",
            "neighbours-can-connect",
            put("TargetGroup.Properties.IpAddressType", "ipv4"),
        ),
    ],
)
def test_correct_neighbour_changes_no_verdict(claim: str, changes: tuple[Change, ...]) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(claim, document) is verdict_of(claim, real_document())


SIXTH = [
    put(f"{kind}Subnet{zone}.Properties.Ipv6CidrBlock", "2001:db8::/64")
    for kind in ("Private", "Public")
    for zone in "ABC"
]


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        case("a key elsewhere", "encrypted-at-rest", copied(KmsKeyId="alias/payments")),
        case("a name elsewhere", "stacks-share-no-name", copied(KmsKeyId="alias/payments")),
        case(
            "IPv6 to the tasks",
            "neighbours-can-connect",
            *SIXTH,
            put("TargetGroup.Properties.IpAddressType", "ipv6"),
            put("LoadBalancer.Properties.IpAddressType", "dualstack"),
        ),
        case(
            "clients by IPv6",
            "neighbours-can-connect",
            *SIXTH,
            put("LoadBalancer.Properties.IpAddressType", "dualstack-without-public-ipv4"),
        ),
        case(
            "key for an organization",
            "no-other-account-is-trusted",
            key_for({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-example"}),
        ),
        case(
            "key for an office",
            "no-other-account-is-trusted",
            key_for({"AWS": "*"}, IpAddress={"aws:SourceIp": "203.0.113.0/24"}),
        ),
        case(
            "a role for the account too",
            "services-can-assume-their-roles",
            append(
                "TaskRole.Properties.AssumeRolePolicyDocument.Statement",
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": ACCOUNT},
                    "Action": "sts:AssumeRole",
                },
            ),
        ),
        case(
            "ECS Exec",
            "containers-have-few-rights",
            put("Service.Properties.EnableExecuteCommand", value=True),
        ),
        case(
            "a log driver of the account's mode",
            "logs-do-not-block",
            cut(f"{CONTAINER}.LogConfiguration.Options.mode"),
        ),
    ],
)
def test_what_the_template_leaves_open_is_a_condition(
    claim: str, changes: tuple[Change, ...]
) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(claim, document) is Verdict.CONDITIONAL


def test_copy_with_the_region_in_its_name_takes_no_other_name() -> None:
    name = {"Fn::Sub": "payment-database-${EnvironmentSuffix}-${AWS::Region}"}
    document = changed(real_document(), put("DatabaseSecret.Properties.Name", name), copied())

    assert verdict_of("names-unique-across-regions", document) is Verdict.KEPT


def test_port_that_the_operator_chooses_belongs_to_an_image_of_theirs() -> None:
    document = changed(real_document(), cut(PORT))

    assert verdict_of("neighbours-can-connect", document) is Verdict.KEPT
