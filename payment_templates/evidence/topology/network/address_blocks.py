"""Compares CIDR blocks: which contains which, how AWS stores them, and which are public."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

ANYONE, ANYONE_IPV6 = "0.0.0.0/0", "::/0"
# Addresses that are not routed on the Internet: RFC 1918 and RFC 6598.
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
# Addresses of the host itself (127.0.0.1): RFC 1122, 3.2.1.3.
_OWN = "127.0.0.0/8"
# Addresses that no packet from the Internet has: this network, link-local, multicast, reserved:
# RFC 6890, 2.2.2, and RFC 5771.
NEVER_PUBLIC = (*PRIVATE, _OWN, "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")


def holds(peer: str, blocks: tuple[str, ...]) -> bool:
    """Return whether an IPv4 CIDR block contains all of the given blocks."""
    if peer == ANYONE:
        return True
    outer = _block(peer)
    inner = [_block(block) for block in blocks]
    return bool(inner) and all(
        outer is not None and block is not None and block.subnet_of(outer) for block in inner
    )


def cover(peers: Collection[str], blocks: tuple[str, ...]) -> bool:
    """Return whether the IPv4 CIDR blocks of some peers together contain the given blocks."""
    if any(holds(peer, blocks) for peer in peers):
        return True
    outer = list(collapse_addresses(filter(None, map(_block, peers))))
    inner = [_block(block) for block in blocks]
    return bool(inner) and all(
        block is not None and any(map(block.subnet_of, outer)) for block in inner
    )


def is_public(peer: str) -> bool:
    """Return whether a peer is a CIDR block with public addresses, or a prefix list."""
    try:
        ip_network(peer)
    except ValueError:
        return peer.startswith("pl-")
    return not any(holds(block, (peer,)) for block in (*PRIVATE, _OWN))


@cache
def as_stored(block: str) -> str:
    """Return a CIDR block as AWS stores it: 10.0.0.0/16 for 10.0.0.1/16.

    "Amazon Web Services canonicalizes IPv4 and IPv6 CIDRs": botocore ec2, IpRange.
    """
    try:
        return str(ip_network(block, strict=False))
    except ValueError:
        return block


@cache
def _block(text: str) -> IPv4Network | None:
    try:
        return IPv4Network(text)
    except ValueError:
        return None
