from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/one"
FORWARD = {"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}
TARGET_GROUP = {
    "TargetType": "ip",
    "VpcId": {"Ref": "Vpc"},
    "Protocol": "HTTP",
    "HealthCheckPath": {"Ref": "HealthCheckPath"},
    "HealthCheckIntervalSeconds": 5,
    "HealthCheckTimeoutSeconds": 2,
    "HealthyThresholdCount": 2,
    "UnhealthyThresholdCount": 2,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Scheme", "internet-facing"),
        ("Subnets", [{"Ref": f"PublicSubnet{zone}"} for zone in "ABC"]),
        ("SecurityGroups", [{"Ref": "LoadBalancerSecurityGroup"}]),
    ],
    ids=["scheme", "subnets", "security groups"],
)
def test_load_balancer_faces_the_internet_in_every_zone(
    template: View, name: str, value: object
) -> None:
    balancer = template.properties("LoadBalancer")

    assert balancer[name] == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("routing.http.drop_invalid_header_fields.enabled", "true"),
        ("zonal_shift.config.enabled", "true"),
        ("deletion_protection.enabled", "false"),
    ],
)
def test_load_balancer_has_the_attribute(template: View, key: str, value: str) -> None:
    balancer = template.properties("LoadBalancer")

    attributes = by_key(balancer["LoadBalancerAttributes"])

    assert attributes[key] == value


def test_production_protects_the_load_balancer_from_deletion(production: View) -> None:
    balancer = production.properties("LoadBalancer")

    attributes = by_key(balancer["LoadBalancerAttributes"])

    protection: object = attributes["deletion_protection.enabled"]
    assert protection == {"Ref": "DeletionProtection"}


# AWS refuses an internet-facing balancer in a VPC without an Internet gateway, and it cannot answer
# without the public route in its subnets.
@pytest.mark.parametrize(
    "dependency",
    ["GatewayAttachment", "PublicRoute", *(f"PublicAssociation{zone}" for zone in "ABC")],
)
def test_load_balancer_waits_for_the_routes_to_the_internet(
    template: View, dependency: str
) -> None:
    dependencies = template.waits_for("LoadBalancer")

    assert dependency in dependencies


@pytest.mark.parametrize("name", TARGET_GROUP)
def test_target_group_is_set_up_as_specified(template: View, name: str) -> None:
    group = template.properties("TargetGroup")

    assert group[name] == TARGET_GROUP[name]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("deregistration_delay.timeout_seconds", "30"),
        ("load_balancing.cross_zone.enabled", "true"),
    ],
)
def test_target_group_has_the_attribute(template: View, key: str, value: str) -> None:
    group = template.properties("TargetGroup")

    attributes = by_key(group["TargetGroupAttributes"])

    assert attributes[key] == value


# A target group with a fixed name cannot be replaced: its port must never change.
def test_port_of_the_target_group_is_no_parameter(template: View) -> None:
    group = template.properties("TargetGroup")

    assert group["Port"] == 80


def test_http_is_forwarded_without_a_certificate(template: View) -> None:
    listener = template.deployed().properties("HttpListener")

    assert listener["DefaultActions"] == [FORWARD]


def test_http_is_redirected_to_https_with_a_certificate(template: View) -> None:
    listener = template.deployed(CertificateArn=CERTIFICATE).properties("HttpListener")

    (action,) = listener["DefaultActions"]

    assert action["RedirectConfig"] == {
        "Protocol": "HTTPS",
        "Port": "443",
        "StatusCode": "HTTP_301",
    }


def test_http_redirects_only_after_https_exists(template: View) -> None:
    dependencies = template.deployed(CertificateArn=CERTIFICATE).depends_on("HttpListener")

    assert "HttpsListener" in dependencies


def test_there_is_no_https_without_a_certificate(template: View) -> None:
    listeners = template.deployed().of_type("AWS::ElasticLoadBalancingV2::Listener")

    assert set(listeners) == {"HttpListener"}


def test_https_is_forwarded_with_a_certificate(template: View) -> None:
    listener = template.deployed(CertificateArn=CERTIFICATE).properties("HttpsListener")

    assert listener["DefaultActions"] == [FORWARD]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Certificates", [{"CertificateArn": {"Ref": "CertificateArn"}}]),
        # TLS 1.2 and 1.3, restricted to forward secrecy.
        ("SslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
    ],
    ids=["certificate", "policy"],
)
def test_https_uses_the_certificate_and_the_tls_policy(
    template: View, name: str, value: object
) -> None:
    listener = template.properties("HttpsListener")

    assert listener[name] == value


@pytest.mark.parametrize(
    ("listener", "protocol", "port"),
    [("HttpListener", "HTTP", 80), ("HttpsListener", "HTTPS", 443)],
)
def test_listener_listens_on_the_port_of_its_protocol(
    template: View, listener: str, protocol: str, port: int
) -> None:
    properties = template.properties(listener)

    assert (properties["Protocol"], properties["Port"]) == (protocol, port)


@pytest.mark.parametrize("listener", ["HttpListener", "HttpsListener"])
def test_listener_belongs_to_the_load_balancer(template: View, listener: str) -> None:
    properties = template.properties(listener)

    assert properties["LoadBalancerArn"] == {"Ref": "LoadBalancer"}


def by_key(attributes: list[Json]) -> dict[str, str]:
    return {attribute["Key"]: attribute["Value"] for attribute in attributes}


@pytest.mark.parametrize("enabled", [True, False], ids=["on", "off"])
def test_anomaly_mitigation_needs_weighted_random_routing(*, enabled: bool) -> None:
    options = replace(PROFILES["standard"], weighted_random_routing=enabled)
    group = View.of(build_template(options)).properties("TargetGroup")

    attributes = {entry["Key"]: entry["Value"] for entry in group["TargetGroupAttributes"]}

    mitigation = {
        "load_balancing.algorithm.type": "weighted_random",
        "load_balancing.algorithm.anomaly_mitigation": "on",
    }
    assert (mitigation.items() <= attributes.items()) is enabled
    assert (mitigation.keys() & attributes.keys() != set()) is enabled


@pytest.mark.parametrize("enabled", [True, False], ids=["on", "off"])
def test_https_listener_adds_the_hsts_header(*, enabled: bool) -> None:
    options = replace(PROFILES["standard"], hsts=enabled)
    listeners = View.of(build_template(options))

    found = listeners.properties("HttpsListener").get("ListenerAttributes")

    key = "routing.http.response.strict_transport_security.header_value"
    assert found == ([{"Key": key, "Value": "max-age=31536000"}] if enabled else None)
    # Browsers ignore the header over HTTP: RFC 6797, section 8.1.
    assert "ListenerAttributes" not in listeners.properties("HttpListener")
