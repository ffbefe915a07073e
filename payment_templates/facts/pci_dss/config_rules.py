"""Lists the AWS Config rules for PCI DSS v4 on the types of resources that a payment stack has.

Only the facts carry over: rule, resource types, numbers of requirements.
"""

from payment_templates.facts.pci_dss.rules import Rule

# The rules and their resource types: the public conformance pack
# https://github.com/awslabs/aws-config-rules/blob/master/aws-config-conformance-packs/Operational-Best-Practices-for-PCI-DSS-v4.0-including-global-resourcetypes.yaml
# (commit b54d4a6c99e1). Its requirements: AWS Config Developer Guide, "Operational Best Practices
# for PCI DSS 4.0 (Including global resource types)",
# https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-pci-dss-v4-including-global-resource-types.html
# Where this file was not checked against the guide itself, two transcriptions of its table agree:
# prowler (compliance/aws/pci_4.0_aws.json) and steampipe-mod-aws-compliance (pci_dss_v40).
_NETWORK = ("1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1", "A1.1.3")
_GATEWAYS = (*_NETWORK, "1.4.1", "1.4.4")
_TRANSIT = ("1.2.5", "2.2.5", "2.2.7", "4.2.1", "4.2.1.1", "8.3.2")
_RETENTION = ("3.2.1", "3.3.1.1", "3.3.1.3", "3.3.2", "3.3.3", "10.5.1")
_AT_REST = ("3.5.1", "8.3.2")
_KEYS = (
    *("3.5.1.1", "3.5.1.3", "3.6.1", "3.6.1.2", "3.6.1.3", "3.6.1.4"),
    *("3.7.1", "3.7.2", "3.7.4", "3.7.6", "3.7.7", "4.2.1.1"),
)
_WEB = ("6.4.1", "6.4.2")
_RIGHTS = ("7.2.1", "7.2.2", "7.2.3")
_ACCESS = (
    *("7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2", "7.3.3"),
    *("8.2.7", "8.2.8", "8.3.4"),
)
_OTHER_ACCOUNTS = (*_ACCESS, "7.2.6", "10.6.3")
_SECRETS = ("8.2.2", "8.3.5", "8.3.7", "8.3.9", "8.3.10.1", "8.6.3")
_LOGS = (
    *("5.3.4", "10.2.1", "10.2.1.1", "10.2.1.2", "10.2.1.3", "10.2.1.4", "10.2.1.5"),
    *("10.2.1.6", "10.2.1.7", "10.2.2", "10.3.1", "10.6.3", "A1.2.1"),
)
_FAILURES = (
    *("10.2.1.1", "10.4.1", "10.4.1.1", "10.4.2", "10.6.3", "10.7.1", "10.7.2"),
    *("A3.3.1", "A3.5.1"),
)
_EVENTS = ("11.5.2", "11.6.1", "12.10.5")
_PUBLIC_DATA = (*_NETWORK, "3.5.1.3", "10.3.2", "A1.1.2", "A3.4.1")

_ALARM = "AWS::CloudWatch::Alarm"
_BUCKET = "AWS::S3::Bucket"
_CLUSTER = "AWS::RDS::DBCluster"
_INSTANCE = "AWS::RDS::DBInstance"
_LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.
_SECURITY_GROUP = "AWS::EC2::SecurityGroup"
_TASK_DEFINITION = "AWS::ECS::TaskDefinition"


def _rule(name: str, resource_type: str, *requirements: str) -> Rule:
    return Rule(name=name, resource_types=(resource_type,), requirements=requirements)


CONFORMANCE_PACK = (
    _rule("restricted-ssh", _SECURITY_GROUP, *_NETWORK),
    _rule("nacl-no-unrestricted-ssh-rdp", "AWS::EC2::NetworkAcl", *_NETWORK),
    _rule("internet-gateway-authorized-vpc-only", "AWS::EC2::InternetGateway", *_GATEWAYS),
    _rule("ecs-task-definition-pid-mode-check", _TASK_DEFINITION, "1.4.5"),
    _rule("cw-loggroup-retention-period-check", "AWS::Logs::LogGroup", *_RETENTION, "5.3.4"),
    _rule("wafv2-webacl-not-empty", "AWS::WAFv2::WebACL", *_WEB),
    _rule("wafv2-rulegroup-not-empty", "AWS::WAFv2::RuleGroup", *_WEB),
    _rule("wafv2-rulegroup-logging-enabled", "AWS::WAFv2::RuleGroup", *_FAILURES),
    _rule("rds-cluster-iam-authentication-enabled", _CLUSTER, *_ACCESS),
    _rule("rds-instance-iam-authentication-enabled", _INSTANCE, *_ACCESS),
    _rule(
        *("iam-policy-in-use", "AWS::IAM::ManagedPolicy", *_ACCESS),
        *("8.2.1", "8.2.2", "8.2.4", "8.2.5", "8.3.11"),
    ),
    _rule(
        *("secretsmanager-secret-unused", _SECRET),
        *("7.2.4", "7.2.5.1", "8.2.2", "8.2.6", "A3.4.1"),
    ),
    _rule("secretsmanager-scheduled-rotation-success-check", _SECRET, *_SECRETS),
    _rule("secretsmanager-secret-periodic-rotation", _SECRET, *_SECRETS),
    _rule("ecs-task-definition-log-configuration", _TASK_DEFINITION, *_LOGS),
    _rule("cloudwatch-alarm-action-check", _ALARM, *_FAILURES, "10.4.3", *_EVENTS),
    _rule("cloudwatch-alarm-resource-check", _ALARM, *_FAILURES),
    _rule("cloudwatch-alarm-settings-check", _ALARM, *_EVENTS, "A3.3.1", "A3.5.1"),
    _rule(
        *("sns-topic-message-delivery-notification-enabled", "AWS::SNS::Topic"),
        *(*_FAILURES, *_EVENTS),
    ),
    _rule(
        *("cloudformation-stack-notification-check", "AWS::CloudFormation::Stack"),
        *("10.7.1", "10.7.2", *_EVENTS, "A3.3.1", "A3.5.1"),
    ),
    _rule("aurora-resources-protected-by-backup-plan", _CLUSTER, "10.3.3"),
    _rule("db-instance-backup-enabled", _INSTANCE, "10.3.3"),
    _rule("rds-in-backup-plan", _INSTANCE, "10.3.3"),
    _rule("rds-resources-protected-by-backup-plan", _INSTANCE, "10.3.3"),
    _rule(
        *("backup-recovery-point-manual-deletion-disabled", "AWS::Backup::BackupVault"),
        *(*_ACCESS, "3.5.1.3", "10.3.2", "A1.1.2", "A3.4.1"),
    ),
    _rule("s3-bucket-versioning-enabled", _BUCKET, "10.3.4"),
    _rule("s3-bucket-default-lock-enabled", _BUCKET, "10.3.4"),
    _rule("s3-resources-protected-by-backup-plan", _BUCKET, "10.3.3"),
    _rule(
        *("s3-bucket-mfa-delete-enabled", _BUCKET, "3.5.1.3", "8.4.1", "8.4.2", "8.4.3"),
        *("10.3.2", "A1.1.2", "A3.4.1"),
    ),
    _rule("s3-bucket-blacklisted-actions-prohibited", _BUCKET, *_OTHER_ACCOUNTS),
    _rule("s3-bucket-policy-not-more-permissive", _BUCKET, *_OTHER_ACCOUNTS),
)

# Managed rules that AWS maps too, but that are not in the pack. Numbers: prowler,
# https://github.com/prowler-cloud/prowler/blob/master/prowler/compliance/aws/pci_4.0_aws.json,
# which lists AWS's mapping by the first sentence of each rule in the AWS Config Developer Guide.
FURTHER_RULES = (
    _rule("vpc-sg-open-only-to-authorized-ports", _SECURITY_GROUP, *_NETWORK, "1.2.5", "2.2.5"),
    _rule("no-unrestricted-route-to-igw", "AWS::EC2::RouteTable", *_GATEWAYS),
    _rule("vpc-flow-logs-enabled", "AWS::EC2::VPC", *_LOGS),
    _rule("rds-instance-public-access-check", _INSTANCE, *_PUBLIC_DATA),
    _rule("rds-cluster-encrypted-at-rest", _CLUSTER, *_AT_REST),
    _rule("rds-storage-encrypted", _INSTANCE, *_AT_REST),
    _rule("rds-logging-enabled", _INSTANCE, *_LOGS),
    _rule("rds-automatic-minor-version-upgrade-enabled", _INSTANCE, "6.3.3"),
    _rule("alb-http-to-https-redirection-check", _LOAD_BALANCER, *_TRANSIT),
    _rule("elbv2-acm-certificate-required", _LOAD_BALANCER, *_NETWORK, *_KEYS),
    _rule("elb-logging-enabled", _LOAD_BALANCER, *_LOGS),
    _rule("alb-waf-enabled", _LOAD_BALANCER, *_WEB),
    _rule("wafv2-logging-enabled", "AWS::WAFv2::WebACL", *_LOGS),
    _rule("ecs-fargate-latest-platform-version", "AWS::ECS::Service", "6.3.3"),
    _rule("ecs-containers-nonprivileged", _TASK_DEFINITION, *_RIGHTS),
    _rule("ecs-task-definition-nonroot-user", _TASK_DEFINITION, *_RIGHTS),
    _rule(
        *("ecs-containers-readonly-access", _TASK_DEFINITION, *_ACCESS, "7.2.6"),
        *("3.5.1.3", "10.3.2", "10.6.3", "A1.1.2", "A3.4.1"),
    ),
    _rule("ecs-no-environment-secrets", _TASK_DEFINITION, "3.5.1", "8.2.2", "8.3.2"),
    _rule("cmk-backing-key-rotation-enabled", "AWS::KMS::Key", "3.7.4", "3.7.5"),
    _rule("kms-cmk-not-scheduled-for-deletion", "AWS::KMS::Key", *_KEYS),
    _rule(
        *("cloudwatch-log-group-encrypted", "AWS::Logs::LogGroup"),
        *(*_AT_REST, "10.3.2", "10.3.3", "10.3.4", "A1.2.1"),
    ),
    _rule("sns-encrypted-kms", "AWS::SNS::Topic", *_AT_REST),
    _rule("secretsmanager-using-cmk", _SECRET, *_AT_REST),
    _rule("secretsmanager-rotation-enabled-check", _SECRET, *_SECRETS),
    _rule(
        *("s3-bucket-level-public-access-prohibited", _BUCKET, *_PUBLIC_DATA),
        *("10.3.3", "10.3.4", "A1.2.1"),
    ),
    _rule("s3-bucket-ssl-requests-only", _BUCKET, *_TRANSIT),
    _rule("s3-bucket-logging-enabled", _BUCKET, *_LOGS),
    _rule("s3-lifecycle-policy-check", _BUCKET, *_RETENTION),
)
