"""AWS::EC2::EIP: a public address."""

from payment_templates.rehearsal import account
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
    retag(attributes["AllocationId"], before, after)
    return attributes


def _delete(ref: str, _properties: Properties) -> None:
    account.call("ec2", "ReleaseAddress", AllocationId=_attributes(ref)["AllocationId"])


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
