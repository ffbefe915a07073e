"""Reads the CIDR blocks of VPCs: those that the template states, and which VPCs have others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.address_blocks import as_stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource

_VPC = "AWS::EC2::VPC"
FURTHER_BLOCK = "AWS::EC2::VPCCidrBlock"
_BLOCK = "CidrBlock"


def stated_block(fields: Properties) -> str:
    """Return the IPv4 CIDR block of a VPC or subnet as AWS stores it, "" if it is not stated.

    EC2 changes 10.0.0.1/16 to 10.0.0.0/16: botocore ec2, CreateVpc and CreateSubnet, CidrBlock.
    """
    return as_stored(fields.identity_if_known(_BLOCK) or "")


def stated_blocks(stack: Stack) -> dict[str, tuple[str, ...]]:
    """Return the IPv4 CIDR blocks of each VPC of the stack that the template states."""
    return {vpc.logical_id: _blocks(stack, vpc) for vpc in stack.of_type(_VPC)}


def with_unstated_blocks(stack: Stack) -> frozenset[str]:
    """Return the VPCs with a block from an IPAM pool, or one that the template does not give."""
    return frozenset(_unstated(stack))


def _blocks(stack: Stack, vpc: StackResource) -> tuple[str, ...]:
    further = (
        stated_block(block.properties)
        for block in stack.of_type(FURTHER_BLOCK)
        if block.properties.identity_if_known("VpcId") == vpc.logical_id
    )
    return tuple(filter(None, (stated_block(vpc.properties), *further)))


def _unstated(stack: Stack) -> Iterator[str]:
    for vpc in stack.of_type(_VPC):
        if not stated_block(vpc.properties):
            yield vpc.logical_id
    for block in stack.of_type(FURTHER_BLOCK):
        fields = block.properties
        if stated_block(fields) or not (_BLOCK in fields or "Ipv4IpamPoolId" in fields):
            continue
        owner = fields.identity_if_known("VpcId")
        # It may be the block of any VPC.
        yield from (vpc.logical_id for vpc in stack.of_type(_VPC)) if owner is None else (owner,)
