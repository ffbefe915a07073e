"""A Network Load Balancer forwards TCP, TLS and UDP, with rules of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, cut, put
from tests.evidence.network_changes import add, ref
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change

_CONNECT, _HTTPS, _VALID = "neighbours-can-connect", "payments-use-https", "valid-template"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_ELB = "AWS::ElasticLoadBalancingV2"
_CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/example"


def _network(listener: str, group: str, check: str | None) -> tuple[Change, ...]:
    """Put a Network Load Balancer in the place of the other one, with one listener."""
    checks = [put("TargetGroup.Properties.HealthCheckProtocol", check)] if check else []
    if check != "HTTP":
        checks.append(cut("TargetGroup.Properties.HealthCheckPath"))
    certificates = {
        "Certificates": [{"CertificateArn": _CERTIFICATE}],
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    }
    return (
        put("LoadBalancer.Properties.Type", "network"),
        cut("LoadBalancer.Properties.LoadBalancerAttributes"),
        put("TargetGroup.Properties.Protocol", group),
        *checks,
        cut("HttpListener"),
        put("Service.DependsOn", ["HttpsListener"]),
        cut("HttpsListener.Condition"),
        put(
            "HttpsListener.Properties",
            {
                "LoadBalancerArn": ref("LoadBalancer"),
                "Port": 443,
                "Protocol": listener,
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": ref("TargetGroup")}],
                **(certificates if listener == "TLS" else {}),
            },
        ),
    )


@pytest.mark.parametrize(
    ("listener", "group", "check", "connect", "https"),
    [
        ("TCP", "TCP", "TCP", _KEPT, _CONDITIONAL),
        ("TCP", "TCP", None, _KEPT, _CONDITIONAL),
        # The tasks answer plain HTTP on the port that payments go to.
        ("TCP", "TCP", "HTTP", _KEPT, _BROKEN),
        ("TLS", "TCP", "TCP", _KEPT, _KEPT),
        ("TLS", "TCP", "HTTP", _KEPT, _KEPT),
        ("TLS", "TLS", "TCP", _KEPT, _KEPT),
        ("TLS", "TLS", "HTTP", _BROKEN, _KEPT),
        ("TCP", "UDP", "TCP", _BROKEN, _CONDITIONAL),
        ("TCP_UDP", "TCP", "TCP", _BROKEN, _CONDITIONAL),
    ],
)
def test_protocols_of_a_network_load_balancer(
    listener: str, group: str, check: str | None, connect: Verdict, https: Verdict
) -> None:
    document = changed(real_document(), *_network(listener, group, check))

    assert verdict_of(_CONNECT, document) is connect
    assert verdict_of(_HTTPS, document) is https


def test_health_check_of_an_application_load_balancer_speaks_the_protocol_of_its_port() -> None:
    document = changed(real_document(), put("TargetGroup.Properties.HealthCheckProtocol", "HTTPS"))

    assert verdict_of(_CONNECT, document) is _BROKEN


_WITHOUT_GROUP = (*_network("TCP", "TCP", "TCP"), cut("LoadBalancer.Properties.SecurityGroups"))
_FROM_VPC = put(
    "RequestsIngress.Properties",
    {
        "GroupId": ref("ApplicationSecurityGroup"),
        "IpProtocol": "tcp",
        "FromPort": 8080,
        "ToPort": 8080,
        "CidrIp": "10.0.0.0/16",
    },
)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [((), _BROKEN), ((_FROM_VPC,), _KEPT)],
    ids=["from its group", "from the VPC"],
)
def test_network_load_balancer_without_security_groups_is_open(
    changes: tuple[Change, ...], verdict: Verdict
) -> None:
    document = changed(real_document(), *_WITHOUT_GROUP, *changes)

    assert verdict_of(_CONNECT, document) is verdict


@pytest.mark.parametrize(
    ("kind", "broken"), [("network", False), ("application", True)], ids=["network", "application"]
)
def test_smallest_subnet_of_a_load_balancer(kind: str, *, broken: bool) -> None:
    document = changed(
        real_document(),
        add(
            "Small",
            "Subnet",
            VpcId=ref("Vpc"),
            CidrBlock="10.0.40.0/28",
            AvailabilityZone={"Fn::GetAtt": ["PublicSubnetA", "AvailabilityZone"]},
        ),
        add(
            "Second",
            f"{_ELB}::LoadBalancer",
            Type=kind,
            Scheme="internal",
            Subnets=[ref("Small"), ref("PublicSubnetB")],
        ),
    )

    assert (verdict_of(_VALID, document) is _BROKEN) is broken
