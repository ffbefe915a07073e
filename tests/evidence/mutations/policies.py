"""Ways to let in, or allow, more than what is needed."""

from __future__ import annotations

from tests.evidence.changes import append, put
from tests.evidence.mutations.mutation import Mutation, mutation

_STATEMENTS = "TaskPolicy.Properties.PolicyDocument.Statement"
_TRUST = "TaskRole.Properties.AssumeRolePolicyDocument.Statement"
_ADMINISTRATOR = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}
_DATABASE_USER = "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:"


def _wide(title: str, action: str, resource: str) -> Mutation:
    statement = {"Effect": "Allow", "Action": [action], "Resource": [{"Fn::Sub": resource}]}
    return mutation(title, "wildcards-have-a-reason", append(_STATEMENTS, statement))


def _trusts_anyone(title: str, condition: dict[str, object]) -> Mutation:
    return mutation(
        title,
        "wildcards-have-a-reason",
        append(
            _TRUST,
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": condition,
            },
        ),
    )


def _trusts(title: str, principal: object, *, of: str, **more: object) -> Mutation:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*", **more}
    return mutation(title, "no-other-account-is-trusted", append(of, statement))


def _secret_denied(title: str, **statement: object) -> Mutation:
    policy = {
        "Type": "AWS::SecretsManager::ResourcePolicy",
        "Properties": {
            "SecretId": {"Ref": "DatabaseSecret"},
            "ResourcePolicy": {
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "secretsmanager:GetSecretValue",
                        "Resource": "*",
                        **statement,
                    }
                ]
            },
        },
    }
    return mutation(title, "tasks-can-start", put("DatabaseSecretPolicy", policy))


def _logs_in(title: str, user: str) -> Mutation:
    return mutation(
        title,
        "iam-logins-name-their-database",
        put(f"{_STATEMENTS}.1.Resource", [{"Fn::Sub": f"{_DATABASE_USER}{user}"}]),
    )


POLICIES = (
    _wide("every database user", "rds-db:connect", f"{_DATABASE_USER}*/*"),
    _wide("one user of every database", "rds-db:connect", f"{_DATABASE_USER}*/admin"),
    _wide("every log group and stream", "logs:PutLogEvents", "arn:aws:logs:*:*:log-group:*:*"),
    _wide(
        "every stream of every log group",
        "logs:PutLogEvents",
        "arn:aws:logs:*:*:log-group:*:log-stream:*",
    ),
    _wide("every role with a path", "iam:PassRole", "arn:aws:iam::${AWS::AccountId}:role/*/*"),
    _wide("every object of every bucket", "s3:GetObject", "arn:aws:s3:::*/*"),
    _wide("one object of every bucket", "s3:GetObject", "arn:aws:s3:::*/payments.csv"),
    _wide(
        "every secret with a hyphen",
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:*:*:secret:*-*",
    ),
    _wide("every key by its hyphens", "kms:Decrypt", "arn:aws:kms:*:*:key/????????-*"),
    _wide("every topic", "sns:Publish", "arn:aws:sns:*:*:*-*"),
    _wide("every index of every table", "dynamodb:Query", "arn:aws:dynamodb:*:*:table/*/index/*"),
    mutation(
        "a user is an administrator",
        "wildcards-have-a-reason",
        put(
            "Administrator",
            {"Type": "AWS::IAM::User", "Properties": {"ManagedPolicyArns": [_ADMINISTRATOR]}},
        ),
    ),
    mutation(
        "a group is an administrator",
        "wildcards-have-a-reason",
        put(
            "Administrators",
            {"Type": "AWS::IAM::Group", "Properties": {"ManagedPolicyArns": [_ADMINISTRATOR]}},
        ),
    ),
    mutation(
        "a user may do everything by a policy of its own",
        "wildcards-have-a-reason",
        put(
            "Administrator",
            {
                "Type": "AWS::IAM::User",
                "Properties": {
                    "Policies": [
                        {
                            "PolicyName": "all",
                            "PolicyDocument": {
                                "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
                            },
                        }
                    ]
                },
            },
        ),
    ),
    _trusts_anyone(
        "anyone on the Internet may be the task",
        {"IpAddress": {"aws:SourceIp": ["0.0.0.0/0"]}},
    ),
    _trusts_anyone(
        "anyone in either half of the Internet may be the task",
        {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
    ),
    _trusts_anyone("anyone with IPv6 may be the task", {"IpAddress": {"aws:SourceIp": "::/0"}}),
    _trusts_anyone(
        "every role of every account may be the task",
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
    ),
    _trusts_anyone(
        "every role of a name may be the task, whatever its account",
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deployer"}},
    ),
    _trusts_anyone(
        "everyone who tags themselves may be the task",
        {"StringEquals": {"aws:PrincipalTag/team": "payments"}},
    ),
    _trusts_anyone(
        "every organization may be the task", {"StringLike": {"aws:PrincipalOrgID": "o-*"}}
    ),
    _trusts_anyone(
        "everyone but AWS may be the task", {"Bool": {"aws:PrincipalIsAWSService": "false"}}
    ),
    _secret_denied("the secret's own policy denies everyone to read it"),
    _secret_denied(
        "the secret's own policy denies the role to read it",
        Principal={"AWS": {"Fn::GetAtt": ["ExecutionRole", "Arn"]}},
        Action="secretsmanager:*",
    ),
    _trusts(
        "the task role trusts another account",
        {"AWS": "arn:aws:iam::999999999999:root"},
        of=_TRUST,
    ),
    _trusts("the task role trusts an account by its ID", {"AWS": "999999999999"}, of=_TRUST),
    _trusts(
        "the task role trusts a role of another account, with an ID beside it",
        {"AWS": "arn:aws:iam::999999999999:role/deployer"},
        of=_TRUST,
        Condition={"StringEquals": {"sts:ExternalId": "payment"}},
    ),
    _trusts(
        "the key is also another account's",
        {"AWS": ["999999999999"]},
        of="EncryptionKey.Properties.KeyPolicy.Statement",
    ),
    _trusts(
        "the topic takes what another account sends",
        {"AWS": "arn:aws:iam::999999999999:user/sender"},
        of="AlertTopicPolicy.Properties.PolicyDocument.Statement",
    ),
    _trusts(
        "anyone of another account may be the task",
        "*",
        of=_TRUST,
        Condition={"StringEquals": {"aws:PrincipalAccount": "999999999999"}},
    ),
    _logs_in("the login names the cluster's identifier", "${DatabaseCluster}/payment_app"),
    _logs_in(
        "the login names the cluster as the template does",
        "payment-aurora-cluster-${EnvironmentSuffix}/payment_app",
    ),
    _logs_in("the login names the cluster's ARN", "${DatabaseCluster.DBClusterArn}/payment_app"),
    _logs_in("the login names no user", "${DatabaseCluster.DBClusterResourceId}"),
    mutation(
        "the login is to RDS itself",
        "iam-logins-name-their-database",
        put(
            f"{_STATEMENTS}.1.Resource",
            [
                {
                    "Fn::Sub": "arn:aws:rds:${AWS::Region}:${AWS::AccountId}:dbuser:"
                    "${DatabaseCluster.DBClusterResourceId}/payment_app"
                }
            ],
        ),
    ),
    mutation(
        "the database takes no logins by IAM",
        "iam-logins-name-their-database",
        put("DatabaseCluster.Properties.EnableIAMDatabaseAuthentication", value=False),
    ),
)
