"""Divides the VPC's addresses into equal blocks for its subnets."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import islice

# RFC 1918; AWS recommends them:
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
# AWS's largest VPC, and the smallest block whose subnets still hold the most tasks of a zone and
# their replacements.
_PREFIXES = (16, 20)
# The specification's size of a subnet in a block that has room for it.
_SUBNET_PREFIX = 24
# Positions 1 to 6 are public, 11 to 16 private: 2 ** 5 blocks hold them all.
_SUBNET_BITS = 5


def subnet_blocks(block: object) -> tuple[str, ...]:
    """Return the first 32 subnet blocks of a private CIDR block from /16 to /20.

    Raises ValueError with the given value and the accepted ones.
    """
    network = _network(block)
    prefix = max(_SUBNET_PREFIX, network.prefixlen + _SUBNET_BITS)
    return tuple(map(str, islice(network.subnets(new_prefix=prefix), 2**_SUBNET_BITS)))


def _network(block: object) -> IPv4Network:
    least, most = _PREFIXES
    try:
        # A text alone: IPv4Network also reads numbers.
        network = IPv4Network(block) if isinstance(block, str) else None
    except ValueError:
        network = None
    if (
        network is None
        or not least <= network.prefixlen <= most
        or not any(map(network.subnet_of, _PRIVATE))
        # Also written as 10.0.0.0/255.255.0.0, which CloudFormation refuses.
        or str(network) != block
    ):
        raise ValueError(
            f"vpc_cidr must be a private block from /{least} to /{most} in 10.0.0.0/8, "
            f"172.16.0.0/12 or 192.168.0.0/16, such as 10.20.0.0/16; got {block!r}"
        )
    return network
