"""AWS::EC2::EIP: a public IP address."""

from payment_templates.rehearsal import account, handler_request
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.ec2_tags import retag, tag_specifications
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType


def _create(properties: Properties, _name: str) -> Created:
    address = account.call(
        "ec2",
        "AllocateAddress",
        Domain=properties.get("Domain", "vpc"),
        **tag_specifications("elastic-ip", properties),
    )
    attributes = {name: address[name] for name in ("AllocationId", "PublicIp")}
    return Created(ref=address["PublicIp"], attributes=attributes)


def _update(ref: str, before: Properties, after: Properties) -> Attributes:
    attributes = _attributes(ref)
    # CloudFormation re-associates the address, which EC2 rejects for the address of a NAT gateway:
    # aws-cloudformation/cloudformation-coverage-roadmap 309; aws-cdk 5469.
    if before.get("Tags") != after.get("Tags") and _is_nat_address(attributes["AllocationId"]):
        raise handler_request.failure(
            "You do not have permission to access the specified resource.", "AccessDenied"
        )
    retag(attributes["AllocationId"], before, after)
    return attributes


def _delete(ref: str, _properties: Properties) -> None:
    account.call("ec2", "ReleaseAddress", AllocationId=_attributes(ref)["AllocationId"])


def _is_nat_address(allocation_id: str) -> bool:
    gateways = account.call("ec2", "DescribeNatGateways")["NatGateways"]
    return any(
        address.get("AllocationId") == allocation_id
        for gateway in gateways
        if gateway["State"] != "deleted"
        for address in gateway["NatGatewayAddresses"]
    )


def _attributes(ref: str) -> Attributes:
    addresses = account.call("ec2", "DescribeAddresses")["Addresses"]
    return next(
        {"AllocationId": address["AllocationId"], "PublicIp": ref}
        for address in addresses
        if address["PublicIp"] == ref
    )


ELASTIC_IP = ResourceType(
    name="AWS::EC2::EIP",
    create=_create,
    update=_update,
    delete=_delete,
    tag_property="Tags",
)
