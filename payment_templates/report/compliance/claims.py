"""Names the claims of the evidence that decide requirements, with the properties they are about."""

from __future__ import annotations

from payment_templates.report.compliance.check import evidence_claim

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_CLUSTER, _INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"
_DEFINITION, _SERVICE = "AWS::ECS::TaskDefinition", "AWS::ECS::Service"
_KEY, _ROLE = "AWS::KMS::Key", "AWS::IAM::Role"
_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_LOGS, _TOPIC = "AWS::Logs::LogGroup", "AWS::SNS::Topic"
_POLICY, _SECRET = "AWS::IAM::ManagedPolicy", "AWS::SecretsManager::Secret"

ALERTS_REACH_SUBSCRIBERS = evidence_claim(
    "alerts-reach-subscribers",
    {
        **dict.fromkeys(
            ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"), ("AlarmActions",)
        ),
        _TOPIC: (),
        "AWS::SNS::Subscription": (),
    },
)
AMBIGUOUS_REQUESTS_ARE_STOPPED = evidence_claim(
    "ambiguous-requests-are-stopped", {_BALANCER: ("LoadBalancerAttributes",)}
)
BACKUPS_KEPT = evidence_claim("backups-kept", {_CLUSTER: ("BackupRetentionPeriod",)})
CONTAINERS_HAVE_FEW_RIGHTS = evidence_claim(
    "containers-have-few-rights",
    {
        _DEFINITION: ("ContainerDefinitions", "NetworkMode", "PidMode"),
        _SERVICE: ("EnableExecuteCommand",),
    },
)
CONTAINERS_WITHOUT_ROOT = evidence_claim(
    "containers-without-root", {_DEFINITION: ("ContainerDefinitions",)}
)
DATABASE_CONNECTIONS_ARE_ENCRYPTED = evidence_claim(
    "database-connections-are-encrypted",
    {"AWS::RDS::DBClusterParameterGroup": ("Parameters",), _CLUSTER: ()},
)
DATABASE_IS_PRIVATE = evidence_claim(
    "database-is-private",
    {_INSTANCE: ("PubliclyAccessible",), "AWS::RDS::DBSubnetGroup": ("SubnetIds",)},
)
EVENTS_REACH_SUBSCRIBERS = evidence_claim(
    "events-reach-subscribers",
    {"AWS::Events::Rule": ("EventPattern", "Targets"), "AWS::RDS::EventSubscription": ()},
)
LOGS_EXPIRE = evidence_claim("logs-expire", {_LOGS: ("RetentionInDays",)})
NO_OTHER_ACCOUNT_IS_TRUSTED = evidence_claim(
    "no-other-account-is-trusted",
    {
        _ROLE: ("AssumeRolePolicyDocument",),
        _KEY: ("KeyPolicy",),
        "AWS::SNS::TopicPolicy": ("PolicyDocument",),
    },
)
ONLY_NEIGHBOURS_CONNECT = evidence_claim(
    "only-neighbours-connect",
    {
        "AWS::EC2::SecurityGroup": ("SecurityGroupIngress",),
        "AWS::EC2::SecurityGroupIngress": ("FromPort", "ToPort", "SourceSecurityGroupId"),
    },
)
PAYMENTS_USE_HTTPS = evidence_claim(
    "payments-use-https", {_LISTENER: ("Protocol", "SslPolicy", "Certificates", "DefaultActions")}
)
SECRETS_NOT_IN_CLEAR = evidence_claim(
    "secrets-not-in-clear",
    {
        _DEFINITION: ("ContainerDefinitions",),
        _CLUSTER: ("MasterUserPassword", "ManageMasterUserPassword"),
        _SECRET: ("GenerateSecretString", "SecretString"),
    },
)
SERVICES_CAN_ASSUME_THEIR_ROLES = evidence_claim(
    "services-can-assume-their-roles", {_ROLE: ("AssumeRolePolicyDocument",)}
)
TASKS_RUN_IN_PRIVATE_SUBNETS = evidence_claim(
    "tasks-run-in-private-subnets", {_SERVICE: ("NetworkConfiguration",)}
)
WILDCARDS_HAVE_A_REASON = evidence_claim(
    "wildcards-have-a-reason", {_POLICY: ("PolicyDocument",), _ROLE: ("Policies",)}
)
