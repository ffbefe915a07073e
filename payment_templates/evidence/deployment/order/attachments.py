"""Finds resources with public addresses, which need the attached Internet gateway of their VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation import Reference, Unknown, UnknownValueError
from payment_templates.evidence.deployment.order.needs import Need
from payment_templates.facts.creation_order import DEPENDS_ON, DETACHMENT, NAT_GATEWAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource, Value
    from payment_templates.evidence.deployment.order.needs import Order

# A resource with public addresses, its subnets or VPC, and the source.
_Public: TypeAlias = "tuple[StackResource, tuple[Value, ...], str]"
_BALANCERS = (
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
)
_SUBNET = "AWS::EC2::Subnet"
_ASKS = "AssociatePublicIpAddress"


def attachment_needs(stack: Stack, order: Order) -> Iterator[Need]:
    """Yield the gateway attachment that each resource with a public address needs.

    The VPC of a resource, which the template may not show, is read only if the dependency is
    missing.
    """
    attachments = [
        attachment
        for attachment in stack.of_type("AWS::EC2::VPCGatewayAttachment")
        if attachment.properties.get("InternetGatewayId") is not None
    ]
    if not attachments:
        return
    for resource, places, source in _public(stack):
        for attachment in attachments:
            need = Need(
                waits=resource.logical_id,
                needed=(attachment.logical_id,),
                why="a public address needs the attached gateway, and keeps it from being detached",
                source=source,
            )
            if not order.missing(need) or any(_is_in(stack, place, attachment) for place in places):
                yield need


def _is_in(stack: Stack, place: Value, attachment: StackResource) -> bool:
    """Return whether a subnet or VPC belongs to the VPC that a gateway is attached to."""
    attached = attachment.properties.get("VpcId")
    found = stack.resources.get(place.logical_id) if isinstance(place, Reference) else None
    if found:
        network = found.properties.get("VpcId") if found.type == _SUBNET else place
    elif place is None or isinstance(attached, Reference):
        # A resource in a VPC of the stack would refer to the stack's VPC or subnets.
        return False
    else:
        network = place if isinstance(place, Unknown) else None
    same = stack.same(network, attached)
    if same is None and isinstance(attached, Unknown):
        raise UnknownValueError(f"{attachment.properties.place}.VpcId", attached)
    return same is True


def _public(stack: Stack) -> Iterator[_Public]:
    for gateway in stack.of_type("AWS::EC2::NatGateway"):
        fields = gateway.properties
        if fields.text("ConnectivityType") == "public":
            yield gateway, (fields.get("SubnetId"), fields.get("VpcId")), NAT_GATEWAY
    for balancer in stack.of_type(*_BALANCERS):
        if balancer.properties.text("Scheme") != "internal":
            yield balancer, _subnets_of_balancer(balancer.properties), DEPENDS_ON
    for service in stack.of_type("AWS::ECS::Service"):
        wiring = service.properties.child("NetworkConfiguration").child("AwsvpcConfiguration")
        if wiring.text("AssignPublicIp") == "ENABLED":
            yield service, _listed(wiring, "Subnets"), DETACHMENT
    yield from _public_machines(stack)
    yield from _public_databases(stack)


def _subnets_of_balancer(fields: Properties) -> tuple[Value, ...]:
    mapped = (mapping.get("SubnetId") for mapping in fields.children("SubnetMappings"))
    return (*_listed(fields, "Subnets"), *mapped)


def _listed(fields: Properties, name: str) -> tuple[Value, ...]:
    """Return the entries of a list; an undecided list is a single entry."""
    value = fields.get(name)
    return (value,) if isinstance(value, Unknown) else tuple(fields.values(name))


def _public_machines(stack: Stack) -> Iterator[_Public]:
    addressed = {
        name
        for address in stack.of_type("AWS::EC2::EIP", "AWS::EC2::EIPAssociation")
        for name in (address.properties.target("InstanceId"),)
    }
    for machine in stack.of_type("AWS::EC2::Instance"):
        fields = machine.properties
        places = _places(fields)
        if machine.logical_id in addressed or _gets_address(stack, fields, places):
            yield machine, places, DEPENDS_ON
    for address in stack.of_type("AWS::EC2::EIP", "AWS::EC2::EIPAssociation"):
        if found := stack.of(address.properties.target("InstanceId"), "AWS::EC2::Instance"):
            yield address, _places(found.properties), DEPENDS_ON
    for group in stack.of_type("AWS::AutoScaling::AutoScalingGroup"):
        places = _listed(group.properties, "VPCZoneIdentifier")
        launch = stack.find(
            group.properties.get("LaunchConfigurationName"), "AWS::AutoScaling::LaunchConfiguration"
        )
        template = stack.of(
            group.properties.child("LaunchTemplate").target("LaunchTemplateId"),
            "AWS::EC2::LaunchTemplate",
        )
        fields = launch.properties if launch else group.properties
        fields = template.properties.child("LaunchTemplateData") if template else fields
        if _gets_address(stack, fields, places):
            yield group, places, DEPENDS_ON


def _places(machine: Properties) -> tuple[Value, ...]:
    cards = (card.get("SubnetId") for card in machine.children("NetworkInterfaces"))
    return tuple(place for place in (machine.get("SubnetId"), *cards) if place is not None)


def _gets_address(stack: Stack, fields: Properties, places: tuple[Value, ...]) -> bool:
    """Return whether an EC2 instance gets a public address, by its own or its subnet's setting."""
    asked = [each for each in (fields, *fields.children("NetworkInterfaces")) if _ASKS in each]
    if asked:
        return any(each.flag(_ASKS) for each in asked)
    subnets = (
        stack.of(place.logical_id, _SUBNET) for place in places if isinstance(place, Reference)
    )
    return any(subnet.properties.flag("MapPublicIpOnLaunch") for subnet in subnets if subnet)


def _public_databases(stack: Stack) -> Iterator[_Public]:
    for instance in stack.of_type("AWS::RDS::DBInstance"):
        fields = instance.properties
        if "PubliclyAccessible" not in fields or not fields.flag("PubliclyAccessible"):
            continue
        group = stack.find(fields.get("DBSubnetGroupName"), "AWS::RDS::DBSubnetGroup")
        yield (
            instance,
            _listed(group.properties, "SubnetIds") if group else (),
            DEPENDS_ON,
        )
