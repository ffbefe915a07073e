"""Thresholds of target groups and policies of endpoints: what does no harm, and what stays open."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, cut, put
from tests.evidence.mutations.endpoints import endpoints_alone
from tests.evidence.mutations.health import policy, threshold
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

ATTRIBUTES = "TargetGroup.Properties.TargetGroupAttributes"
LAYERS = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"
S3_POLICY = "S3Endpoint.Properties.PolicyDocument"


def zone_loss() -> Verdict:
    return verdict_of("survives-zone-loss", real_document())


@pytest.mark.parametrize(
    ("action", "kind", "value"),
    [
        ("unhealthy_state_routing", "count", "4"),
        ("unhealthy_state_routing", "percentage", "66"),
        ("dns_failover", "count", "4"),
        ("dns_failover", "count", "off"),
        ("dns_failover", "percentage", "off"),
    ],
)
def test_threshold_that_the_remaining_tasks_reach_does_no_harm(
    action: str, kind: str, value: str
) -> None:
    document = changed(real_document(), append(ATTRIBUTES, threshold(action, kind, value)))

    assert verdict_of("survives-zone-loss", document) is zone_loss()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(put(S3_POLICY, policy(Resource=LAYERS)), id="the bucket of the layers"),
        pytest.param(put(S3_POLICY, policy(Action="s3:Get*")), id="all reads"),
        pytest.param(
            put("Endpoint0.Properties.PolicyDocument", policy(Action="ecr:*")), id="the registry"
        ),
        pytest.param(
            put(
                "Endpoint3.Properties.PolicyDocument",
                policy(Resource={"Ref": "DatabaseSecret"}, Action="secretsmanager:GetSecretValue"),
            ),
            id="the secret alone",
        ),
    ],
)
def test_policy_that_allows_what_a_task_does_is_no_condition(change: Change) -> None:
    document = changed(real_document(), *endpoints_alone({}), change)

    assert verdict_of("tasks-can-start", document) is Verdict.KEPT


def test_policy_with_a_condition_stays_open() -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}
    document = changed(
        real_document(), *endpoints_alone({}), put(S3_POLICY, policy(Condition=condition))
    )

    assert verdict_of("tasks-can-start", document) is Verdict.CONDITIONAL


_ROLE = {"Fn::GetAtt": ["ExecutionRole", "Arn"]}
_ROOT = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
_ACCOUNT = {"Ref": "AWS::AccountId"}


def _of_role(arn: object) -> Json:
    return {"StringEquals": {"aws:PrincipalArn": arn}}


def _without_nat(*changes: Change) -> Verdict:
    return verdict_of("tasks-can-start", changed(real_document(), *endpoints_alone({}), *changes))


# vpc-endpoints-access: with a gateway endpoint, an account as the principal is its root user alone.
@pytest.mark.parametrize("principal", [_ROOT, _ACCOUNT], ids=["root", "account"])
def test_account_as_the_principal_of_a_gateway_endpoint_lets_no_task_in(principal: object) -> None:
    after = _without_nat(put(S3_POLICY, policy(Principal={"AWS": principal})))

    assert after is Verdict.BROKEN


# ECR signs the request for a layer, and not the role.
@pytest.mark.parametrize(
    "change",
    [
        put(S3_POLICY, policy(Principal={"AWS": _ROLE})),
        put(S3_POLICY, policy(Condition=_of_role(_ROLE))),
        put(S3_POLICY, policy(Condition={"StringEquals": {"aws:PrincipalAccount": _ACCOUNT}})),
    ],
    ids=["principal", "condition on the role", "condition on the account"],
)
def test_role_that_may_download_layers_is_a_condition(change: Change) -> None:
    assert _without_nat(change) is Verdict.CONDITIONAL


def test_account_that_may_download_layers_by_an_interface_endpoint_is_a_condition() -> None:
    interface = (
        put("S3Endpoint.Properties.VpcEndpointType", "Interface"),
        put("S3Endpoint.Properties.SubnetIds", [{"Ref": f"PrivateSubnet{it}"} for it in "ABC"]),
        put("S3Endpoint.Properties.SecurityGroupIds", [{"Ref": "EndpointSecurityGroup"}]),
        put("S3Endpoint.Properties.PrivateDnsEnabled", value=True),
        cut("S3Endpoint.Properties.RouteTableIds"),
    )

    assert _without_nat(*interface) is Verdict.KEPT
    after = _without_nat(*interface, put(S3_POLICY, policy(Principal={"AWS": _ROOT})))

    assert after is Verdict.CONDITIONAL


_API, _SECRETS = "Endpoint0.Properties.PolicyDocument", "Endpoint3.Properties.PolicyDocument"
_BY_NAME = {
    "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/payment-execution-*",
}


_GENERATED = {
    "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${AWS::StackName}-ExecutionRole-*"
}
_EVERY_ROLE = "arn:aws:iam::*:role/*"
_USERS = "arn:aws:iam::*:user/*"


def _denied(condition: Json) -> Json:
    allowed = policy()
    denial = {**policy(Condition=condition)["Statement"][0], "Effect": "Deny"}
    return {**allowed, "Statement": [*allowed["Statement"], denial]}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([put(_API, policy(Action="ecr:*", Condition=_of_role(_ROLE)))], Verdict.KEPT),
        ([put(_API, policy(Principal={"AWS": _ROOT}))], Verdict.KEPT),
        (
            [put(_SECRETS, policy(Condition={"ArnLike": {"aws:PrincipalArn": _BY_NAME}}))],
            Verdict.KEPT,
        ),
        (
            [put(_API, policy(Condition=_of_role("arn:aws:iam::111122223333:role/other")))],
            Verdict.BROKEN,
        ),
        (
            [
                put(_API, policy(Condition=_of_role("arn:aws:iam::111122223333:role/other"))),
                cut("ExecutionRole.Properties.RoleName"),
            ],
            Verdict.CONDITIONAL,
        ),
        (
            [
                put(_SECRETS, _denied({"ArnLike": {"aws:PrincipalArn": _GENERATED}})),
                cut("ExecutionRole.Properties.RoleName"),
            ],
            Verdict.CONDITIONAL,
        ),
        (
            [
                put(_SECRETS, _denied({"ArnLike": {"aws:PrincipalArn": _EVERY_ROLE}})),
                cut("ExecutionRole.Properties.RoleName"),
            ],
            Verdict.BROKEN,
        ),
        (
            [
                put(_SECRETS, _denied({"ArnLike": {"aws:PrincipalArn": _USERS}})),
                cut("ExecutionRole.Properties.RoleName"),
            ],
            Verdict.KEPT,
        ),
        ([put(_SECRETS, _denied({"ArnLike": {"aws:PrincipalArn": _GENERATED}}))], Verdict.KEPT),
    ],
    ids=[
        *("the role", "the account", "names of roles", "another role", "a role without a name"),
        *("denied by its generated name", "denied as every role", "denied as users"),
        "denied by another name",
    ],
)
def test_policy_of_an_interface_endpoint_names_the_role(
    changes: list[Change], verdict: Verdict
) -> None:
    assert _without_nat(*changes) is verdict


def test_address_without_a_route_to_the_internet_is_a_condition() -> None:
    wiring = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration"
    document = changed(real_document(), put(f"{wiring}.AssignPublicIp", "ENABLED"))

    found = result_of(CLAIMS["tasks-run-in-private-subnets"], document).finding

    assert found.verdict is Verdict.CONDITIONAL
    assert "asks for public addresses" in found.why


@pytest.mark.parametrize(
    ("check", "seconds"),
    [
        pytest.param({"Interval": 5, "Timeout": 2, "Retries": 1}, 7, id="a faster check"),
        pytest.param({}, 12, id="a check with the default times"),
        pytest.param({"Interval": 1, "Timeout": 1, "Retries": 1}, 12, id="what ECS refuses"),
        pytest.param({"Command": ["NONE"], "Interval": 5, "Retries": 1}, 12, id="no check"),
    ],
)
def test_faster_check_of_load_balancer_and_container_counts(
    check: dict[str, object], seconds: float
) -> None:
    place = "TaskDefinition.Properties.ContainerDefinitions.0.HealthCheck"
    command = ["CMD-SHELL", "curl -f http://localhost:8080/health"]
    document = changed(real_document(), put(place, {"Command": command, **check}))

    found = result_of(CLAIMS["detection-within-five-seconds"], document).finding

    assert found.amount == seconds
