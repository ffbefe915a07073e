"""What policies let in or allow: harmless ones break no promise, undecided ones are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from payment_templates.evidence.permissions.arn_patterns import is_wide
from payment_templates.evidence.permissions.conditions import names_someone
from payment_templates.evidence.permissions.policies import Condition, is_like
from tests.evidence.changes import append, changed, cut, put
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_TRUST = "TaskRole.Properties.AssumeRolePolicyDocument.Statement"
_LOGIN = "TaskPolicy.Properties.PolicyDocument.Statement.1.Resource"
_TRUSTED_BY_ACCOUNT = {
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}},
}
_IMPORTED = {"Fn::ImportValue": "trusted"}
_ATTACHED = "ExecutionRole.Properties.ManagedPolicyArns"


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:s3:::payments/*",
        "arn:aws:s3:::${Bucket}/*",
        "${Bucket.Arn}/*",
        "arn:aws:s3:::payments-*/*",
        "arn:aws:logs:*:*:log-group:/ecs/payment:*",
        "arn:aws:logs:*:*:log-group:/ecs/payment:log-stream:*",
        "arn:aws:dynamodb:*:*:table/payments/index/*",
        "arn:aws:iam::111122223333:role/payment/*",
        "arn:aws:secretsmanager:*:*:secret:payment-??????",
        "arn:aws:ssm:*:*:parameter/payment/*",
        "arn:aws:sns:*:*:payment-*",
        "arn:aws:rds-db:*:*:dbuser:cluster-ABC/*",
        "arn:aws:kms:us-east-1:111122223333:key/0123",
    ],
)
def test_patterns_of_named_resources_are_narrow(pattern: str) -> None:
    assert not is_wide(pattern)


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        ("StringEquals", "aws:principalaccount", ("111122223333",)),
        ("StringEquals", "aws:principalorgid", ("o-example",)),
        ("ForAnyValue:StringLike", "aws:principalorgpaths", ("o-example/r-root/*",)),
        ("ArnLike", "aws:principalarn", ("arn:aws:iam::111122223333:role/*",)),
        ("ArnLike", "aws:sourcearn", ("arn:aws:s3:::payments",)),
        ("IpAddress", "aws:sourceip", ("203.0.113.0/24", "10.0.0.0/8")),
        ("IpAddress", "aws:sourceip", ("2001:db8::/32",)),
        ("StringEquals", "aws:sourcevpce", ("vpce-0123",)),
    ],
)
def test_condition_names_someone(operator: str, key: str, values: tuple[str, ...]) -> None:
    assert names_someone(Condition(operator=operator, key=key, values=values))


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        ("IpAddress", "aws:sourceip", ("0.0.0.0/0",)),
        ("IpAddress", "aws:sourceip", ("10.0.0.0/8", "128.0.0.0/2")),
        ("ArnLike", "aws:sourcearn", ("arn:aws:s3:::*",)),
        ("StringLike", "aws:principalaccount", ("1*",)),
        ("StringEquals", "aws:principaltag/team", ("payments",)),
        ("StringEqualsIfExists", "aws:principalaccount", ("111122223333",)),
        ("ForAllValues:StringEquals", "aws:principalaccount", ("111122223333",)),
        ("StringNotEquals", "aws:principalaccount", ("111122223333",)),
    ],
)
def test_condition_names_no_one(operator: str, key: str, values: tuple[str, ...]) -> None:
    assert not names_someone(Condition(operator=operator, key=key, values=values))


# reference_policies_variables: ${*} is the character *, ${?} is ?, and ${$} is $.
@pytest.mark.parametrize(
    ("pattern", "text", "like"),
    [
        ("key/*", "key/${EncryptionKey}", True),
        ("key/${EncryptionKey}", "key/${EncryptionKey}", True),
        ("key/${*}", "key/${EncryptionKey}", False),
        ("key/${?}", "key/${K}", False),
        ("key/${$}{EncryptionKey}", "key/${EncryptionKey}", False),
        ("key/${*}", "key/*", True),
        ("key/${?}", "key/?", True),
        ("key/${?}", "key/a", False),
        ("cost-${$}*", "cost-$1", True),
    ],
)
def test_escaped_characters_are_no_wildcards(pattern: str, text: str, *, like: bool) -> None:
    assert is_like(pattern, text) is like


_LOGS = "ExecutionPolicy.Properties.PolicyDocument"
_ASSUMED = "ExecutionRole.Properties.AssumeRolePolicyDocument"


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("2012-10-17", Verdict.CONDITIONAL), ("2008-10-17", Verdict.BROKEN), (None, Verdict.BROKEN)],
)
@pytest.mark.parametrize(
    ("policy", "field", "value"),
    [
        (_LOGS, "Resource", "arn:aws:logs:*:*:*${aws:PrincipalTag/group}*"),
        (_ASSUMED, "Condition", {"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}}),
    ],
    ids=["resource", "condition"],
)
def test_only_the_current_version_has_variables(
    policy: str, field: str, value: object, version: str | None, verdict: Verdict
) -> None:
    document = changed(
        real_document(),
        put(f"{policy}.Statement.0.{field}", value),
        put(f"{policy}.Version", version) if version else cut(f"{policy}.Version"),
    )

    assert verdict_of("tasks-can-start", document) is verdict


@pytest.mark.parametrize(
    ("claim_id", "change", "verdict"),
    [
        ("wildcards-have-a-reason", append(_TRUST, _TRUSTED_BY_ACCOUNT), Verdict.KEPT),
        ("no-other-account-is-trusted", append(_TRUST, _TRUSTED_BY_ACCOUNT), Verdict.KEPT),
        (
            "wildcards-have-a-reason",
            put(_ATTACHED, ["arn:aws:iam::111122223333:policy/of-the-platform"]),
            Verdict.CONDITIONAL,
        ),
        (
            "no-other-account-is-trusted",
            append(
                _TRUST,
                {
                    **_TRUSTED_BY_ACCOUNT,
                    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example"}},
                },
            ),
            Verdict.CONDITIONAL,
        ),
        (
            "no-other-account-is-trusted",
            append(
                _TRUST,
                {**_TRUSTED_BY_ACCOUNT, "Principal": {"AWS": {"Fn::ImportValue": "trusted"}}},
            ),
            Verdict.UNKNOWN,
        ),
        (
            "iam-logins-name-their-database",
            put(_LOGIN, ["arn:aws:rds-db:*:*:dbuser:cluster-ABCDEFGHIJKL01234/app"]),
            Verdict.CONDITIONAL,
        ),
    ],
)
def test_other_policies(claim_id: str, change: Change, verdict: Verdict) -> None:
    document = changed(real_document(), change)

    assert verdict_of(claim_id, document) is verdict


def _aws_policy(name: str) -> Change:
    return put(_ATTACHED, [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{name}"}])


def test_aws_policy_that_denies_all_stops_the_tasks() -> None:
    document = changed(real_document(), _aws_policy("AWSDenyAll"))

    assert verdict_of("tasks-can-start", document) is Verdict.BROKEN
    assert verdict_of("wildcards-have-a-reason", document) is Verdict.KEPT


@pytest.mark.parametrize(
    "name",
    [
        "AWSCompromisedKeyQuarantineV3",
        "AWSDenyMost",
        "AmazonSecurityLakePermissionsBoundary",
        "AWSIAMIdentityCenterAllowListForIdentityContext",
        "root-task/IAMAuditRootUserCredentials",
    ],
)
def test_aws_policy_that_may_deny_is_a_condition(name: str) -> None:
    after = changed(real_document(), _aws_policy(name))

    assert verdict_of("tasks-can-start", after) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    "name", ["ReadOnlyAccess", "service-role/AmazonECSTaskExecutionRolePolicy"]
)
def test_aws_policy_that_only_allows_stops_no_task(name: str) -> None:
    after = changed(real_document(), _aws_policy(name))

    assert verdict_of("tasks-can-start", after) is verdict_of("tasks-can-start", real_document())


def _secret_denied(principal: object, condition: Json, resource: object = "*") -> Change:
    denial: Json = {
        "Effect": "Deny",
        "Principal": principal,
        "Action": "secretsmanager:*",
        "Resource": resource,
        "Condition": condition,
    }
    return put(
        "DatabaseSecretPolicy",
        {
            "Type": "AWS::SecretsManager::ResourcePolicy",
            "Properties": {
                "SecretId": {"Ref": "DatabaseSecret"},
                "ResourcePolicy": {"Statement": [denial]},
            },
        },
    )


_ARN_WITH_NAME = "arn:${AWS::Partition}:secretsmanager:*:*:secret:payment-*-${EnvironmentSuffix}"
_EXECUTION_ROLE: Json = {
    "AWS": {
        "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"
        "payment-execution-${EnvironmentSuffix}-${AWS::Region}"
    }
}


@pytest.mark.parametrize(
    "change",
    [
        _secret_denied(_EXECUTION_ROLE, {}),
        _secret_denied("*", {}, {"Fn::Sub": f"{_ARN_WITH_NAME}-??????"}),
        append(
            "EncryptionKey.Properties.KeyPolicy.Statement",
            {
                "Effect": "Deny",
                "Principal": _EXECUTION_ROLE,
                "Action": "kms:Decrypt",
                "Resource": "*",
            },
        ),
    ],
    ids=["secret", "secret by its name", "key"],
)
def test_policy_may_deny_the_role_of_the_tasks_by_its_name(change: Change) -> None:
    assert verdict_of("tasks-can-start", changed(real_document(), change)) is Verdict.BROKEN


def test_denial_of_plain_connections_denies_no_task() -> None:
    denial = _secret_denied("*", {"Bool": {"aws:SecureTransport": "false"}})

    document = changed(real_document(), denial)

    assert verdict_of("tasks-can-start", document) is verdict_of("tasks-can-start", real_document())


def _of_role(operator: str, name: str) -> Json:
    start = "" if name.startswith("*") else "arn:aws:iam::*:role/"
    return {operator: {"aws:PrincipalArn": f"{start}{name}"}}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([_secret_denied("*", _of_role("ArnLike", "analyst-*"))], Verdict.KEPT),
        ([_secret_denied("*", _of_role("ArnNotLike", "payment-execution-*"))], Verdict.KEPT),
        ([_secret_denied("*", _of_role("ArnNotLike", "deployer"))], Verdict.BROKEN),
        # The logical ID is in no name that the template gives.
        ([_secret_denied("*", _of_role("ArnLike", "*ExecutionRole*"))], Verdict.KEPT),
        ([_secret_denied("*", _of_role("ArnNotLike", "*ExecutionRole*"))], Verdict.BROKEN),
        (
            [
                _secret_denied("*", _of_role("ArnLike", "*ExecutionRole*")),
                cut("ExecutionRole.Properties.RoleName"),
            ],
            Verdict.CONDITIONAL,
        ),
        ([_secret_denied("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}})], Verdict.KEPT),
        (
            [
                _secret_denied("*", _of_role("ArnLike", "analyst-*")),
                cut("ExecutionRole.Properties.RoleName"),
            ],
            Verdict.CONDITIONAL,
        ),
        (
            [
                _secret_denied("*", {}, "arn:aws:secretsmanager:*:*:secret:Database*"),
                cut("DatabaseSecret.Properties.Name"),
            ],
            Verdict.CONDITIONAL,
        ),
        (
            [
                _secret_denied("*", {}, "arn:aws:secretsmanager:*:*:parameter:Database*"),
                cut("DatabaseSecret.Properties.Name"),
            ],
            Verdict.KEPT,
        ),
    ],
    ids=[
        *("another role", "all but the role", "all but another role"),
        *("a logical ID", "all but a logical ID", "a logical ID in a generated name", "services"),
        *("a role without a name", "a secret without a name", "another kind of resource"),
    ],
)
def test_denial_of_certain_roles_or_names(changes: list[Change], verdict: Verdict) -> None:
    assert verdict_of("tasks-can-start", changed(real_document(), *changes)) is verdict


@pytest.mark.parametrize(
    ("resource_type", "properties", "verdict"),
    [
        pytest.param(
            "AWS::Lambda::Permission",
            {"Principal": "sns.amazonaws.com", "SourceArn": {"Ref": "AlertTopic"}},
            Verdict.KEPT,
            id="a service calls a function",
        ),
        pytest.param(
            "AWS::Lambda::Permission",
            {"Principal": {"Ref": "AWS::AccountId"}},
            Verdict.KEPT,
            id="the own account calls a function",
        ),
        pytest.param(
            "AWS::Lambda::Permission",
            {"Principal": "*", "PrincipalOrgID": "o-example"},
            Verdict.CONDITIONAL,
            id="an organization calls a function",
        ),
        pytest.param(
            "AWS::Events::EventBusPolicy",
            {
                "Principal": "*",
                "Condition": {
                    "Type": "StringEquals",
                    "Key": "aws:PrincipalOrgID",
                    "Value": "o-example",
                },
            },
            Verdict.CONDITIONAL,
            id="an organization sends events",
        ),
        pytest.param(
            "AWS::RAM::ResourceShare",
            {"Name": "a", "Principals": ["999988887777"]},
            Verdict.CONDITIONAL,
            id="a share with another account",
        ),
        pytest.param(
            "AWS::EC2::VPCEndpointServicePermissions",
            {"AllowedPrincipals": ["arn:aws:iam::999988887777:root"]},
            Verdict.CONDITIONAL,
            id="an endpoint service for another account",
        ),
        pytest.param(
            "AWS::ApiGateway::RestApi",
            {
                "Policy": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "execute-api:Invoke",
                            "Resource": "*",
                        }
                    ]
                }
            },
            Verdict.KEPT,
            id="an API, which is open without a policy too",
        ),
        pytest.param(
            "AWS::OpenSearchServerless::AccessPolicy",
            {"Policy": '[{"Rules": []}]'},
            Verdict.KEPT,
            id="a policy of another kind",
        ),
    ],
)
def test_access_for_other_accounts_outside_of_policies(
    resource_type: str, properties: Json, verdict: Verdict
) -> None:
    document = changed(
        real_document(), put("Grant", {"Type": resource_type, "Properties": properties})
    )

    assert verdict_of("no-other-account-is-trusted", document) is verdict


def test_users_of_an_identity_provider_may_be_outsiders() -> None:
    github = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/github"},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }

    document = changed(real_document(), append(_TRUST, github))

    assert verdict_of("no-other-account-is-trusted", document) is Verdict.CONDITIONAL
