"""Checks that the Availability Zones offer Fargate, the database version and the endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of
from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.finding import Finding, fine, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack

ZONES = 3
_PARAMETER = "AvailabilityZones"
_CLUSTER = "AWS::RDS::DBCluster"
_INSTANCE = "AWS::RDS::DBInstance"
_ENDPOINT = "AWS::EC2::VPCEndpoint"
# For regions where not every zone has Fargate: the IDs (the same in each account) of those that do.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
# The zones of us-east-1 are from the 2023 version of the page; the current one omits them.
_ZONES_WITH_FARGATE: Mapping[str, frozenset[str]] = {
    "ap-northeast-1": frozenset({"apne1-az1", "apne1-az2", "apne1-az4"}),
    "cn-north-1": frozenset({"cnn1-az1", "cnn1-az2"}),
    "us-east-1": frozenset({"use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"}),
    "us-west-1": frozenset({"usw1-az1", "usw1-az3"}),
}


def check_zones(session: Session, planned: PlannedStack) -> Iterator[Finding]:
    """Check the zones that the stack would use, and the database in them."""
    if _PARAMETER not in planned.stack.template.parameters:
        # The template does not choose zones.
        return
    region = planned.region
    zones = _zones(session, region)
    with_fargate = _ZONES_WITH_FARGATE.get(region, frozenset(zones.values()))
    usable = [name for name, zone_id in zones.items() if zone_id in with_fargate]
    example = ",".join(usable[:ZONES])
    if len(usable) < ZONES:
        yield refused(
            region,
            f"{quantity(len(usable), 'zone offers', 'zones offer')} Fargate, but the stack needs "
            f"{ZONES}",
            "choose another --region",
        )
        return
    named = [zone for zone in planned.parameter(_PARAMETER).split(",") if zone]
    taken = named or _first_zones(session, region, zones)
    wrong = [zone for zone in taken if zone not in usable]
    remediation = f"pass --parameter {_PARAMETER}={example}"
    if wrong or len(taken) < ZONES:
        why = f"{', '.join(wrong)} offers no Fargate" if wrong else f"the stack needs {ZONES}"
        yield refused(region, f"zones {', '.join(taken) or 'none'}: {why}", remediation)
    else:
        yield fine(region, f"zones {', '.join(taken)} offer Fargate")
    yield from _check_database(session, planned, taken, remediation)
    yield from _check_endpoints(session, planned, taken)


def _zones(session: Session, region: str) -> Mapping[str, str]:
    shown = clients.ec2(session, region).describe_availability_zones(
        Filters=[
            {"Name": "zone-type", "Values": ["availability-zone"]},
            {"Name": "state", "Values": ["available"]},
        ]
    )["AvailabilityZones"]
    pairs = {zone.get("ZoneName", ""): zone.get("ZoneId", "") for zone in shown}
    return dict(sorted(pairs.items()))


def _first_zones(session: Session, region: str, zones: Mapping[str, str]) -> list[str]:
    # Fn::GetAZs returns the zones with a default subnet, or all zones if none has one.
    shown = clients.ec2(session, region).describe_subnets(
        Filters=[{"Name": "default-for-az", "Values": ["true"]}]
    )["Subnets"]
    with_default = {subnet.get("AvailabilityZone", "") for subnet in shown}
    return sorted(with_default or zones)[:ZONES]


def _check_database(
    session: Session, planned: PlannedStack, taken: list[str], remediation: str
) -> Iterator[Finding]:
    instances = planned.stack.of_type(_INSTANCE)
    kinds = {known_text(instance.properties, "DBInstanceClass") for instance in instances}
    for cluster in planned.stack.of_type(_CLUSTER):
        engine = known_text(cluster.properties, "Engine")
        version = known_text(cluster.properties, "EngineVersion")
        for kind in sorted(filter(None, kinds)):
            offered = _offered_zones(session, planned.region, engine, version, kind)
            what = f"{engine} {version} on {kind}"
            if not offered:
                yield refused(
                    planned.region,
                    f"{what} cannot be ordered",
                    "pass --parameter DBEngineVersion=VERSION with one that can be ordered",
                )
            elif missing := sorted(set(taken) - offered):
                yield refused(planned.region, f"{what}: not in {', '.join(missing)}", remediation)
            else:
                yield fine(planned.region, f"{what} can be ordered")


def _check_endpoints(
    session: Session, planned: PlannedStack, taken: list[str]
) -> Iterator[Finding]:
    # "The VPC endpoint service … does not support the availability zone of the subnet":
    # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    wanted = {
        known_text(endpoint.properties, "ServiceName")
        for endpoint in planned.stack.of_type(_ENDPOINT)
        if known_text(endpoint.properties, "VpcEndpointType") == "Interface"
    }
    if not (names := sorted(filter(None, wanted))):
        return
    # A filter, because an unknown name in ServiceNames is an error for all of them.
    shown = clients.ec2(session, planned.region).describe_vpc_endpoint_services(
        Filters=[{"Name": "service-name", "Values": names}]
    )["ServiceDetails"]
    zones = {it.get("ServiceName", ""): {*it.get("AvailabilityZones", ())} for it in shown}
    lacking = {name: sorted(set(taken) - zones.get(name, set())) for name in names}
    for name, missing in lacking.items():
        if missing:
            yield refused(
                planned.region,
                f"the endpoint of {name} is not in {', '.join(missing)}",
                f"pass --parameter {_PARAMETER} with zones that have it, or switch off the option "
                "that adds it: docs/production.md",
            )
    if not any(lacking.values()):
        yield fine(planned.region, f"{quantity(len(names), 'endpoint')} in every zone")


def _offered_zones(session: Session, region: str, engine: str, version: str, kind: str) -> set[str]:
    client = clients.rds(session, region)
    pages = client.get_paginator("describe_orderable_db_instance_options").paginate(
        Engine=engine, EngineVersion=version, DBInstanceClass=kind
    )
    try:
        return {
            zone.get("Name", "")
            for page in pages
            for option in page["OrderableDBInstanceOptions"]
            for zone in option.get("AvailabilityZones", ())
        }
    except client.exceptions.ClientError as error:
        # The answer of RDS for an unknown version.
        if code_of(error) == "InvalidParameterCombination":
            return set()
        raise
