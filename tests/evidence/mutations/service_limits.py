"""Settings that single services refuse, or under which they do nothing."""

from __future__ import annotations

from tests.evidence.changes import Change, Json, append, cut, put
from tests.evidence.mutations.mutation import Mutation, mutation

_VALID = "valid-template"
_GENERATED = "DatabaseSecret.Properties.GenerateSecretString.Fn::If.2"
_CLUSTER = "DatabaseCluster.Properties"
_RULE = "ServiceFailureRule.Properties"
_REDIRECT = "HttpListener.Properties.DefaultActions.0.Fn::If.1.RedirectConfig"
_POLICY = "TaskPolicy.Properties.PolicyDocument.Statement"
_ARN = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:"


def attribute(name: str, value: str) -> Change:
    """Add an attribute to the target group."""
    return append("TargetGroup.Properties.TargetGroupAttributes", {"Key": name, "Value": value})


def balancer(name: str, value: str) -> Change:
    """Give the load balancer one attribute."""
    return put("LoadBalancer.Properties.LoadBalancerAttributes", [{"Key": name, "Value": value}])


def windows(backup: str, maintenance: str) -> tuple[Change, ...]:
    """Set the windows of the cluster."""
    return (
        put(f"{_CLUSTER}.PreferredBackupWindow", backup),
        put(f"{_CLUSTER}.PreferredMaintenanceWindow", maintenance),
    )


def metric_filter(log_class: str) -> tuple[Change, ...]:
    """Put a metric filter on the log group of the application, of a class."""
    fields: Json = {"LogGroupName": {"Ref": "ApplicationLogGroup"}, "FilterPattern": "ERROR"}
    return (
        put("ApplicationLogGroup.Properties.LogGroupClass", log_class),
        put("Filter", {"Type": "AWS::Logs::MetricFilter", "Properties": fields}),
    )


def statement(action: str, resource: str) -> Change:
    """Let the tasks do something more."""
    return append(
        _POLICY, {"Effect": "Allow", "Action": [action], "Resource": [{"Fn::Sub": resource}]}
    )


SLOW = attribute("slow_start.duration_seconds", "60")
_THRESHOLD = "target_group_health.{}.minimum_healthy_targets.count"

SERVICE_LIMITS: tuple[Mutation, ...] = (
    mutation(
        "slow start and least outstanding requests",
        _VALID,
        SLOW,
        attribute("load_balancing.algorithm.type", "least_outstanding_requests"),
    ),
    mutation(
        "slow start and a random choice",
        _VALID,
        SLOW,
        attribute("load_balancing.algorithm.type", "weighted_random"),
    ),
    mutation(
        "the load balancer has one subnet",
        _VALID,
        put("LoadBalancer.Properties.Subnets", [{"Ref": "PublicSubnetA"}]),
    ),
    mutation(
        "two subnets of the load balancer are in one zone",
        _VALID,
        put(
            "PublicSubnetB.Properties.AvailabilityZone",
            {"Fn::GetAtt": ["PublicSubnetA", "AvailabilityZone"]},
        ),
    ),
    mutation(
        "a network load balancer has HTTP listeners",
        _VALID,
        put("LoadBalancer.Properties.Type", "network"),
    ),
    mutation(
        "the promotion tier is too high",
        _VALID,
        put("DatabaseReader1.Properties.PromotionTier", 16),
    ),
    mutation(
        "the key is rotated too rarely",
        _VALID,
        put("EncryptionKey.Properties.RotationPeriodInDays", 5000),
    ),
    mutation(
        "the retention is none of the periods",
        _VALID,
        put("ApplicationLogGroup.Properties.RetentionInDays", 8),
    ),
    mutation(
        "the password is given and made by RDS",
        _VALID,
        put(f"{_CLUSTER}.ManageMasterUserPassword", value=True),
    ),
    mutation(
        "a health check from two regions",
        "dns-fails-over",
        put("HealthCheck.Properties.HealthCheckConfig.Regions", ["us-east-1", "eu-west-1"]),
    ),
    mutation("slow start is too short", _VALID, attribute("slow_start.duration_seconds", "10")),
    mutation(
        "anomalies are mitigated without a random choice",
        _VALID,
        attribute("load_balancing.algorithm.anomaly_mitigation", "on"),
    ),
    mutation(
        "failed targets are asked before the zone leaves DNS",
        _VALID,
        attribute(_THRESHOLD.format("dns_failover"), "1"),
        attribute(_THRESHOLD.format("unhealthy_state_routing"), "3"),
    ),
    mutation(
        "the idle timeout is too long", _VALID, balancer("idle_timeout.timeout_seconds", "4001")
    ),
    mutation(
        "a desync mode that does not exist",
        _VALID,
        balancer("routing.http.desync_mitigation_mode", "off"),
    ),
    mutation(
        "ambiguous requests are only counted",
        "ambiguous-requests-are-stopped",
        balancer("routing.http.desync_mitigation_mode", "monitor"),
    ),
    mutation("the redirect loses the path", "payments-use-https", put(f"{_REDIRECT}.Path", "/")),
    mutation("the redirect loses the query", "payments-use-https", put(f"{_REDIRECT}.Query", "")),
    mutation(
        "a generated password may have any punctuation",
        _VALID,
        cut(f"{_GENERATED}.ExcludeCharacters"),
    ),
    mutation(
        "a generated password may have an at sign",
        _VALID,
        put(f"{_GENERATED}.ExcludeCharacters", '/" '),
    ),
    mutation("a generated password is too long", _VALID, put(f"{_GENERATED}.PasswordLength", 64)),
    mutation("a rule without pattern and schedule", _VALID, cut(f"{_RULE}.EventPattern")),
    mutation(
        "an event category that RDS lacks",
        _VALID,
        put("DatabaseInstanceEvents.Properties.EventCategories", ["availability", "failures"]),
    ),
    mutation(
        "an event category as the guide writes it",
        _VALID,
        put("DatabaseClusterEvents.Properties.EventCategories", ["failover", "global failover"]),
    ),
    mutation(
        "a placeholder that no path fills",
        "events-reach-subscribers",
        put(f"{_RULE}.Targets.0.InputTransformer.InputTemplate", '{"what":<reason>}'),
    ),
    mutation(
        "a metric filter on logs of infrequent access", _VALID, *metric_filter("INFREQUENT_ACCESS")
    ),
    mutation(
        "logs that are kept for a day",
        "logs-expire",
        put("ApplicationLogGroup.Properties.LogGroupClass", "DELIVERY"),
    ),
    mutation(
        "backups are made during maintenance",
        _VALID,
        *windows("04:00-05:00", "sun:04:30-sun:05:30"),
    ),
    mutation(
        "backups are made during maintenance over midnight",
        _VALID,
        *windows("23:30-00:30", "Sun:23:45-Mon:00:15"),
    ),
    mutation(
        "the backup window is too short", _VALID, *windows("04:00-04:10", "sun:06:00-sun:07:00")
    ),
    mutation(
        "the ARN of parameters has two slashes",
        "policies-name-resources-as-iam-does",
        put(f"{_POLICY}.0.Resource.0", {"Fn::Sub": f"{_ARN}parameter//payment/*"}),
    ),
    mutation(
        "the ARN of a parameter has a slash before its path",
        "policies-name-resources-as-iam-does",
        put(f"{_POLICY}.0.Resource.0", {"Fn::Sub": f"{_ARN}parameter/${{WriterParameter}}"}),
    ),
    mutation(
        "the ARN of a parameter lacks its kind",
        "policies-name-resources-as-iam-does",
        put(f"{_POLICY}.0.Resource.0", {"Fn::Sub": f"{_ARN}payment/*"}),
    ),
    mutation(
        "the ARN of a secret lacks its end",
        "policies-name-resources-as-iam-does",
        statement(
            "secretsmanager:GetSecretValue",
            "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:payment-1",
        ),
    ),
    mutation(
        "the ARN of a bucket for its objects",
        "policies-name-resources-as-iam-does",
        statement("s3:GetObject", "arn:${AWS::Partition}:s3:::payments"),
    ),
)
