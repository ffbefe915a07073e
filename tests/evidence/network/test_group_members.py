"""What is in a security group may do what the rules of the group allow."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, put
from tests.evidence.network_changes import add, ref
from tests.evidence.templates import real_document, verdict_of

_CLAIM = "only-neighbours-connect"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_TASKS, _DATABASE = "ApplicationSecurityGroup", "DatabaseSecurityGroup"
_BALANCER = "LoadBalancerSecurityGroup"
_OF_SERVICE = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"
_OF_BALANCER = "LoadBalancer.Properties.SecurityGroups"
_OF_DATABASE = "DatabaseCluster.Properties.VpcSecurityGroupIds"
# No tier: no rule admits anything, and none names it.
_BASE = add(
    "Base",
    "SecurityGroup",
    VpcId=ref("Vpc"),
    SecurityGroupEgress=[{"IpProtocol": "-1", "CidrIp": "127.0.0.1/32"}],
)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([append(_OF_BALANCER, ref(_TASKS))], _BROKEN),
        ([append(_OF_SERVICE, ref(_BALANCER))], _BROKEN),
        ([append(_OF_DATABASE, ref(_BALANCER))], _BROKEN),
        ([append(_OF_BALANCER, ref(_DATABASE))], _BROKEN),
        (
            [_BASE, *(append(it, ref("Base")) for it in (_OF_BALANCER, _OF_SERVICE, _OF_DATABASE))],
            _KEPT,
        ),
        # Endpoints only answer.
        ([put("S3Endpoint.Properties.SecurityGroupIds", [ref(_TASKS)])], _KEPT),
    ],
    ids=[
        *("load balancer with the tasks", "tasks with the load balancer"),
        *("database with the load balancer", "load balancer with the database", "base of all"),
        "endpoint with the tasks",
    ],
)
def test_members_of_two_tiers_do_not_connect_past_their_neighbours(
    changes: list[Change], verdict: Verdict
) -> None:
    assert verdict_of(_CLAIM, changed(real_document(), *changes)) is verdict


def _instance(group: str) -> Change:
    interface: Json = {"DeviceIndex": "0", "AssociatePublicIpAddress": True}
    return add("Other", "Instance", NetworkInterfaces=[{**interface, "GroupSet": [ref(group)]}])


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (_instance(_TASKS), _CONDITIONAL),
        (_instance("Base"), _KEPT),
        (
            add(
                "Other",
                "AWS::Lambda::Function",
                VpcConfig={"SecurityGroupIds": [{"Fn::GetAtt": [_DATABASE, "GroupId"]}]},
            ),
            _CONDITIONAL,
        ),
        (
            add(
                "Other",
                "AWS::Lambda::Function",
                Environment={"Variables": {"SecurityGroupId": ref(_TASKS)}},
            ),
            _KEPT,
        ),
        (add("Other", "NetworkInterface", GroupSet=[ref(_TASKS)]), _CONDITIONAL),
        (add("Other", "AWS::RDS::DBProxy", VpcSecurityGroupIds=[ref(_TASKS)]), _CONDITIONAL),
        (add("Other", "AWS::SSM::Parameter", Value=ref(_TASKS)), _KEPT),
        (put("AlertTopic.Metadata", {"SecurityGroups": [ref(_TASKS)]}), _KEPT),
    ],
    ids=[
        *("instance", "instance elsewhere", "function", "variable of a function"),
        *("network interface", "proxy", "parameter", "metadata"),
    ],
)
def test_further_member_of_a_tier_is_named(change: Change, verdict: Verdict) -> None:
    assert verdict_of(_CLAIM, changed(real_document(), _BASE, change)) is verdict
