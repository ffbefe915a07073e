from __future__ import annotations

from collections import Counter
from http.client import HTTPConnection
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

RESPONSE_SECONDS = 10


@pytest.mark.parametrize(
    ("name", "value"), [("Scheme", "internet-facing"), ("Type", "application")]
)
def test_load_balancer_has_the_setting(stack: Stack, name: str, value: str) -> None:
    balancer = resources.load_balancer(stack)

    assert balancer[name] == value


def test_load_balancer_is_active(stack: Stack) -> None:
    state = resources.load_balancer(stack)["State"]["Code"]

    assert state == "active"


def test_load_balancer_is_in_every_public_subnet(stack: Stack) -> None:
    zones = resources.load_balancer(stack)["AvailabilityZones"]

    public = resources.subnets(stack, "Public")
    assert {(zone["SubnetId"], zone["ZoneName"]) for zone in zones} == {
        (subnet["SubnetId"], subnet["AvailabilityZone"]) for subnet in public
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("routing.http.drop_invalid_header_fields.enabled", "true"),
        ("zonal_shift.config.enabled", "true"),
    ],
)
def test_load_balancer_has_the_attribute(stack: Stack, key: str, value: str) -> None:
    arn = stack.outputs["LoadBalancerArn"]

    answer = stack.ask("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)

    assert {"Key": key, "Value": value} in answer["Attributes"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TargetType", "ip"),
        ("Protocol", "HTTP"),
        ("HealthCheckEnabled", True),
        ("HealthCheckProtocol", "HTTP"),
        ("HealthCheckIntervalSeconds", 5),
        ("HealthCheckTimeoutSeconds", 2),
        ("HealthyThresholdCount", 2),
        ("UnhealthyThresholdCount", 2),
        ("Matcher", {"HttpCode": "200"}),
    ],
)
def test_target_group_has_the_setting(stack: Stack, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    group = resources.target_group(stack)

    assert group[name] == value


def test_health_check_uses_the_given_path(stack: Stack) -> None:
    path = resources.target_group(stack)["HealthCheckPath"]

    assert path == stack.parameters["HealthCheckPath"]


def test_target_group_serves_the_load_balancer(stack: Stack) -> None:
    group = resources.target_group(stack)

    assert group["LoadBalancerArns"] == [stack.outputs["LoadBalancerArn"]]
    assert group["VpcId"] == stack.outputs["VpcId"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("deregistration_delay.timeout_seconds", "30"),
        ("load_balancing.cross_zone.enabled", "true"),
    ],
    ids=["connections drain", "cross-zone"],
)
def test_target_group_has_the_attribute(stack: Stack, key: str, value: str) -> None:
    arn = stack.outputs["TargetGroupArn"]

    answer = stack.ask("elbv2", "describe_target_group_attributes", TargetGroupArn=arn)

    assert {"Key": key, "Value": value} in answer["Attributes"]


def test_http_is_forwarded_or_redirected_to_https(stack: Stack) -> None:
    listener = listeners(stack)[80]

    (action,) = listener["DefaultActions"]

    assert listener["Protocol"] == "HTTP"
    if stack.parameters["CertificateArn"]:
        assert (action["Type"], action["RedirectConfig"]["Protocol"]) == ("redirect", "HTTPS")
    else:
        assert (action["Type"], action["TargetGroupArn"]) == ("forward", target_group_arn(stack))


def test_https_is_served_only_with_a_certificate(stack: Stack) -> None:
    given = stack.parameters["CertificateArn"]

    served = listeners(stack).get(443, {})

    certificates = [found["CertificateArn"] for found in served.get("Certificates", [])]
    targets = [action["TargetGroupArn"] for action in served.get("DefaultActions", [])]
    assert certificates == ([given] if given else [])
    assert targets == ([target_group_arn(stack)] if given else [])


def test_every_task_is_a_target_on_the_containers_port(stack: Stack) -> None:
    ports = [target["Target"]["Port"] for target in resources.targets(stack)]

    assert set(ports) == {int(stack.parameters["ContainerPort"])}
    assert len(ports) == resources.service(stack)["desiredCount"]


def test_as_many_targets_are_in_every_private_subnet(stack: Stack) -> None:
    addresses = [ip_address(target["Target"]["Id"]) for target in resources.targets(stack)]

    subnets = [subnet["CidrBlock"] for subnet in resources.subnets(stack, "Private")]
    targets_by_subnet = Counter(
        block for block in subnets for ip in addresses if ip in ip_network(block)
    )
    assert targets_by_subnet.keys() == set(subnets)
    assert max(targets_by_subnet.values()) - min(targets_by_subnet.values()) <= 1


def test_every_target_is_healthy(stack: Stack) -> None:
    states = {target["TargetHealth"]["State"] for target in resources.targets(stack)}

    assert states == {"healthy"}


@pytest.mark.real_aws("the responses of the tasks")
def test_application_responds_over_http(stack: Stack) -> None:
    connection = HTTPConnection(resources.load_balancer(stack)["DNSName"], timeout=RESPONSE_SECONDS)

    connection.request("GET", stack.parameters["HealthCheckPath"])

    # With a certificate, HTTP is redirected to HTTPS.
    expected = 301 if stack.parameters["CertificateArn"] else 200
    assert connection.getresponse().status == expected


def listeners(stack: Stack) -> dict[int, Json]:
    arn = stack.outputs["LoadBalancerArn"]
    answer = stack.ask("elbv2", "describe_listeners", LoadBalancerArn=arn)
    return {listener["Port"]: listener for listener in answer["Listeners"]}


def target_group_arn(stack: Stack) -> str:
    return stack.outputs["TargetGroupArn"]
