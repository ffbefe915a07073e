"""Rejects a subnet outside its VPC or overlapping another subnet.

EC2's InvalidSubnet.Range and InvalidSubnet.Conflict; wording of the latter:
github.com/waterbear-cloud/paco/issues/40. A subnet of which only the zone changes also fails:
github.com/aws/aws-cdk/issues/6683.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from payment_templates.rehearsal import account
from payment_templates.rehearsal.region_schemas import regional_schema
from payment_templates.rehearsal.strictness.desired import Desired


def check(desired: Desired) -> Iterator[str]:
    """Reject a range outside the VPC, or one that another subnet uses."""
    text = desired.properties.get("CidrBlock")
    if desired.resource_type != "AWS::EC2::Subnet" or text is None or not _is_created(desired):
        return
    vpc_id = desired.properties["VpcId"]
    block = IPv4Network(text)
    if not any(block.subnet_of(IPv4Network(cidr)) for cidr in _vpc_ranges(vpc_id)):
        yield f"The CIDR '{text}' is invalid."
        return
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}]
    subnets = account.call("ec2", "DescribeSubnets", Filters=filters)["Subnets"]
    if any(block.overlaps(IPv4Network(subnet["CidrBlock"])) for subnet in subnets):
        yield f"The CIDR '{text}' conflicts with another subnet"


def _is_created(desired: Desired) -> bool:
    # A replacement is created while the old subnet still has its addresses.
    schema = regional_schema(desired.resource_type, desired.region)
    return desired.before is None or any(
        desired.before.get(name) != desired.properties.get(name)
        for name in (schema.create_only if schema else ())
    )


def _vpc_ranges(vpc_id: str) -> list[str]:
    vpcs = account.call("ec2", "DescribeVpcs")["Vpcs"]
    return [vpc["CidrBlock"] for vpc in vpcs if vpc["VpcId"] == vpc_id]
