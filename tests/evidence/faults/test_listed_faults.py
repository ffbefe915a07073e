"""Single faults from a list that was written without looking at the claims: each is noticed."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, cut, drop, put
from tests.evidence.templates import real_document, verdict_of

BROKEN, CONDITIONAL, UNKNOWN = Verdict.BROKEN, Verdict.CONDITIONAL, Verdict.UNKNOWN
DEFINITION = "TaskDefinition.Properties"
CONTAINER = f"{DEFINITION}.ContainerDefinitions.0"
CLUSTER = "DatabaseCluster.Properties"
TRUST = "TaskRole.Properties.AssumeRolePolicyDocument.Statement"
LISTENER = "HttpListener.Properties"
CONNECT, START, WIDE = "neighbours-can-connect", "tasks-can-start", "wildcards-have-a-reason"
KIND, TASKS = "references-have-the-right-kind", "tasks-use-their-database"
DASHBOARD = "dashboard-shows-failover"


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


def attribute(resource: str, name: str) -> Json:
    return {"Fn::GetAtt": [resource, name]}


def added(name: str, kind: str, **properties: object) -> Change:
    return put(name, {"Type": f"AWS::{kind}", "Properties": properties})


def allowed(action: str, resource: str) -> Change:
    statement = {"Effect": "Allow", "Action": [action], "Resource": [sub(resource)]}
    return append("TaskPolicy.Properties.PolicyDocument.Statement", statement)


def trusted(principal: str, **condition: object) -> Change:
    statement: Json = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
    }
    return append(TRUST, {**statement, **({"Condition": condition} if condition else {})})


def shown(before: str, after: str) -> Change:
    """Change the text of the dashboard."""

    def change(document: Json) -> None:
        body = document["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
        assert before in body["Fn::Sub"]
        body["Fn::Sub"] = body["Fn::Sub"].replace(before, after)

    return change


def negated(condition: str, parameter: str) -> Change:
    return put(f"Conditions.{condition}", {"Fn::Equals": [{"Ref": parameter}, ""]})


def fault(name: str, claim: str, *changes: Change, verdict: Verdict = BROKEN) -> object:
    return pytest.param(claim, changes, verdict, id=name)


CATCHING: Json = {
    "ListenerArn": {"Ref": "HttpListener"},
    "Priority": 1,
    "Conditions": [
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "POST"]}}
    ],
    "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
}
FOREIGN = "sg-0123456789abcdef0"
ROUTE: Json = {"RouteTableId": {"Ref": "PublicRouteTable"}, "NatGatewayId": {"Ref": "NatGatewayA"}}
OTHER_EVENTS = ["ECS Service Actions", "ECS Deployment State Changes"]
MANAGED = "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"
OWN = "${AWS::AccountId}"


@pytest.mark.parametrize(
    ("claim", "changes", "verdict"),
    [
        fault(
            "route-more-specific-than-local",
            CONNECT,
            added("Route", "EC2::Route", **ROUTE, DestinationCidrBlock="10.0.11.0/24"),
        ),
        fault(
            "db-in-foreign-group",
            "only-neighbours-connect",
            append(f"{CLUSTER}.VpcSecurityGroupIds", FOREIGN),
            verdict=UNKNOWN,
        ),
        fault(
            "lb-in-foreign-group",
            "only-neighbours-connect",
            append("LoadBalancer.Properties.SecurityGroups", FOREIGN),
            verdict=UNKNOWN,
        ),
        fault(
            "writer-public-by-default",
            "database-is-private",
            cut("DatabaseWriter.Properties.PubliclyAccessible"),
            verdict=CONDITIONAL,
        ),
        fault("target-group-grpc", CONNECT, put("TargetGroup.Properties.ProtocolVersion", "GRPC")),
        fault(
            "target-group-of-other-network",
            CONNECT,
            added("Other", "EC2::VPC", CidrBlock="10.9.0.0/16"),
            put("TargetGroup.Properties.VpcId", {"Ref": "Other"}),
        ),
        fault(
            "redirect-to-8443",
            "payments-use-https",
            put(f"{LISTENER}.DefaultActions.0.Fn::If.1.RedirectConfig.Port", "8443"),
        ),
        fault(
            "rule-every-get-post",
            CONNECT,
            added("Rule", "ElasticLoadBalancingV2::ListenerRule", **CATCHING),
        ),
        fault(
            "waf-blocks-all",
            CONNECT,
            added("Acl", "WAFv2::WebACL", Scope="REGIONAL", DefaultAction={"Block": {}}),
            added(
                "Association",
                "WAFv2::WebACLAssociation",
                ResourceArn={"Ref": "LoadBalancer"},
                WebACLArn=attribute("Acl", "Arn"),
            ),
        ),
        fault("platform-1.3.0", START, put("Service.Properties.PlatformVersion", "1.3.0")),
        fault(
            "controller-codedeploy",
            "rolling-update",
            put("Service.Properties.DeploymentController", {"Type": "CODE_DEPLOY"}),
        ),
        fault(
            "task-role-trusts-lambda",
            START,
            put(f"{TRUST}.0.Principal.Service", "lambda.amazonaws.com"),
        ),
        fault(
            "secret-version-stage-typo",
            TASKS,
            put(f"{CONTAINER}.Secrets.1.ValueFrom", sub("${DatabaseSecret}:password:AWSCURENT:")),
        ),
        fault(
            "container-check-wrong-port",
            START,
            put(
                f"{CONTAINER}.HealthCheck",
                {"Command": ["CMD-SHELL", "curl http://localhost:9999/"]},
            ),
        ),
        fault(
            "password-is-username",
            "secrets-not-in-clear",
            put(
                f"{CLUSTER}.MasterUserPassword",
                sub("{{resolve:secretsmanager:${DatabaseSecret}:SecretString:username}}"),
            ),
        ),
        fault(
            "response-alarm-missing-is-bad",
            "alarm-on-response-time",
            put("ResponseTimeAlarm.Properties.TreatMissingData", "breaching"),
        ),
        fault(
            "key-external-origin",
            "encrypted-at-rest",
            put("EncryptionKey.Properties.Origin", "EXTERNAL"),
        ),
        fault(
            "certificate-condition-negated",
            "valid-template",
            negated("HasCertificate", "CertificateArn"),
        ),
        fault(
            "iam-every-db-user",
            WIDE,
            allowed(
                "rds-db:connect",
                f"arn:${{AWS::Partition}}:rds-db:${{AWS::Region}}:{OWN}:dbuser:*/*",
            ),
        ),
        fault(
            "dashboard-writer-as-cluster",
            DASHBOARD,
            shown("${DatabaseCluster}", "${DatabaseWriter}"),
        ),
        fault("dashboard-other-region", DASHBOARD, shown("${AWS::Region}", "eu-west-1")),
        fault("dashboard-role-typo", DASHBOARD, shown("WRITER", "PRIMARY")),
        fault(
            "mail-subscription-topic-name",
            KIND,
            put("AlertEmailSubscription.Properties.TopicArn", attribute("AlertTopic", "TopicName")),
        ),
        fault(
            "listener-balancer-dns-name",
            KIND,
            put(f"{LISTENER}.LoadBalancerArn", attribute("LoadBalancer", "DNSName")),
        ),
        fault(
            "subnet-is-vpc",
            START,
            put(
                "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets.0",
                {"Ref": "Vpc"},
            ),
        ),
        fault(
            "execution-role-is-id",
            KIND,
            put(f"{DEFINITION}.ExecutionRoleArn", attribute("ExecutionRole", "RoleId")),
        ),
        fault(
            "instance-cluster-is-arn",
            KIND,
            put(
                "DatabaseReader1.Properties.DBClusterIdentifier",
                attribute("DatabaseCluster", "DBClusterArn"),
            ),
        ),
        fault(
            "iam-log-groups-and-streams",
            WIDE,
            allowed("logs:PutLogEvents", f"arn:${{AWS::Partition}}:logs:*:{OWN}:log-group:*:*"),
        ),
        fault(
            "iam-roles-by-path",
            WIDE,
            allowed("iam:PassRole", f"arn:${{AWS::Partition}}:iam::{OWN}:role/*/*"),
        ),
        fault(
            "iam-every-bucket-object",
            WIDE,
            allowed("s3:GetObject", "arn:${AWS::Partition}:s3:::*/*"),
        ),
        fault(
            "trust-anyone-source-ip", WIDE, trusted("*", IpAddress={"aws:SourceIp": "0.0.0.0/0"})
        ),
        fault(
            "tls-policy-old",
            "payments-use-https",
            put("HttpsListener.Properties.SslPolicy", "ELBSecurityPolicy-2016-08"),
        ),
        fault(
            "task-role-trusts-another-account",
            "no-other-account-is-trusted",
            trusted("arn:aws:iam::444455556666:root"),
        ),
        fault(
            "rds-connect-by-identifier",
            "iam-logins-name-their-database",
            allowed(
                "rds-db:connect",
                f"arn:${{AWS::Partition}}:rds-db:${{AWS::Region}}:{OWN}:"
                "dbuser:${DatabaseCluster}/application",
            ),
        ),
        fault(
            "db-host-is-reader",
            TASKS,
            put(
                f"{CONTAINER}.Environment.1.Value",
                attribute("DatabaseCluster", "ReadEndpoint.Address"),
            ),
        ),
        fault("db-name-wrong", TASKS, put(f"{CONTAINER}.Environment.4.Value", "payment")),
        fault(
            "tls-not-forced",
            "database-connections-are-encrypted",
            put("DatabaseParameterGroup.Properties.Parameters", {"rds.force_ssl": "0"}),
        ),
        fault("master-user-not-in-secret", TASKS, put(f"{CLUSTER}.MasterUsername", "other_admin")),
        fault(
            "instance-events-cluster-type",
            "reader-loss-detected",
            put("DatabaseInstanceEvents.Properties.SourceType", "db-cluster"),
        ),
        fault("reader-parameter-gone", "published-endpoints-are-right", drop("ReaderParameter")),
        fault(
            "output-writer-is-reader",
            "published-endpoints-are-right",
            put(
                "Outputs.WriterEndpoint.Value", attribute("DatabaseCluster", "ReadEndpoint.Address")
            ),
        ),
        fault(
            "retention-cut", "logs-expire", cut("ApplicationLogGroup.Properties.RetentionInDays")
        ),
        fault(
            "service-rule-event-typo",
            "deployment-failure-detected",
            put("ServiceFailureRule.Properties.EventPattern.detail-type", OTHER_EVENTS),
        ),
        fault("service-rule-gone", "deployment-failure-detected", drop("ServiceFailureRule")),
        fault(
            "instance-events-creation",
            "reader-loss-detected",
            put("DatabaseInstanceEvents.Properties.EventCategories", ["creation"]),
        ),
        fault(
            "failover-roles-reversed",
            "regions-take-both-failover-roles",
            put(
                "DnsRecord.Properties.Failover",
                {"Fn::If": ["IsPrimaryRegion", "SECONDARY", "PRIMARY"]},
            ),
        ),
        fault("domain-condition-negated", "dns-fails-over", negated("HasDomain", "DomainName")),
        fault(
            "output-target-group-wrong",
            KIND,
            put("Outputs.TargetGroupArn.Value", {"Ref": "LoadBalancer"}),
        ),
        fault(
            "iam-user-inline-star",
            WIDE,
            added("User", "IAM::User", ManagedPolicyArns=[sub(MANAGED)]),
        ),
    ],
)
def test_listed_fault_is_noticed(claim: str, changes: tuple[Change, ...], verdict: Verdict) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(claim, document) is verdict
    assert verdict_of(claim, real_document()) is not verdict
