"""AWS::EC2::NatGateway: the egress of private subnets."""

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.ec2_tags import retag, tag_specifications
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only


def _create(properties: Properties, _name: str) -> Created:
    gateway = account.call(
        "ec2",
        "CreateNatGateway",
        **only(properties, "SubnetId", "AllocationId", "ConnectivityType", "PrivateIpAddress"),
        **tag_specifications("natgateway", properties),
    )["NatGateway"]
    return Created(ref=gateway["NatGatewayId"], attributes=_attributes(gateway["NatGatewayId"]))


def _update(ref: str, before: Properties, after: Properties) -> Attributes:
    retag(ref, before, after)
    return _attributes(ref)


def _delete(ref: str, _properties: Properties) -> None:
    account.call("ec2", "DeleteNatGateway", NatGatewayId=ref)


def _attributes(ref: str) -> Attributes:
    return {"NatGatewayId": ref}


NAT_GATEWAY = ResourceType(
    name="AWS::EC2::NatGateway",
    create=_create,
    update=_update,
    delete=_delete,
    tag_property="Tags",
)
