"""How the policies of an execution role may write the resources that a task start needs."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, put
from tests.evidence.templates import real_document, verdict_of

CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
STATEMENT = "ExecutionPolicy.Properties.PolicyDocument.Statement.0"
DECRYPT = "SecretPolicy.Properties.PolicyDocument.Statement.1"
STARTS = "tasks-can-start"
KEPT, CONDITIONAL, BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
IN_ACCOUNT = "${AWS::Region}:${AWS::AccountId}"
GROUP = f"arn:aws:logs:{IN_ACCOUNT}:log-group:"


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


def verdict_with(*changes: Change) -> Verdict:
    return verdict_of(STARTS, changed(real_document(), *changes))


LOG_GROUPS: dict[str, Verdict] = {
    f"{GROUP}${{ApplicationLogGroup}}:*": KEPT,
    f"{GROUP}${{ApplicationLogGroup}}*": KEPT,
    f"{GROUP}${{ApplicationLogGroup}}:log-stream:*": KEPT,
    "${ApplicationLogGroup.Arn}": KEPT,
    "${ApplicationLogGroup.Arn}:*": KEPT,
    f"{GROUP}/ecs/*": KEPT,
    f"{GROUP}${{DatabaseLogGroup}}:*": BROKEN,
    f"{GROUP}${{ApplicationLogGroup}}": BROKEN,
    "${DatabaseLogGroup.Arn}:*": BROKEN,
}


@pytest.mark.parametrize("pattern", LOG_GROUPS)
def test_role_writes_to_the_log_group_that_its_policy_names(pattern: str) -> None:
    assert verdict_with(put(f"{STATEMENT}.Resource", sub(pattern))) is LOG_GROUPS[pattern]


@pytest.mark.parametrize("pattern", LOG_GROUPS)
def test_endpoint_lets_logs_through_that_its_policy_names(pattern: str) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": sub(pattern)}
    endpoint = {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "VpcEndpointType": "Interface",
            "PrivateDnsEnabled": True,
            "ServiceName": sub("com.amazonaws.${AWS::Region}.logs"),
            "SubnetIds": [{"Ref": f"PrivateSubnet{zone}"} for zone in "ABC"],
            "SecurityGroupIds": [{"Ref": "EndpointGroup"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "logs",
            "VpcId": {"Ref": "Vpc"},
            "SecurityGroupIngress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}],
        },
    }

    verdict = verdict_with(put("EndpointGroup", group), put("LogsEndpoint", endpoint))

    assert verdict is LOG_GROUPS[pattern]


@pytest.mark.parametrize(
    ("resource", "verdict"),
    [
        (f"arn:aws:kms:{IN_ACCOUNT}:key/${{EncryptionKey}}", KEPT),
        (f"arn:aws:kms:{IN_ACCOUNT}:key/*", KEPT),
        (f"arn:aws:kms:{IN_ACCOUNT}:key/1234", CONDITIONAL),
    ],
)
def test_role_decrypts_with_the_key_that_its_policy_names(resource: str, verdict: Verdict) -> None:
    assert verdict_with(put(f"{DECRYPT}.Resource", sub(resource))) is verdict
