"""Decides whether the network ACL of a subnet allows the packets of a connection, and the answers.

A network ACL does not know connections: each direction needs an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.access_lists import Passage
from payment_templates.evidence.topology.network.address_blocks import ANYONE, NEVER_PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.evidence.topology.network.access_lists import Entry
    from payment_templates.evidence.topology.network.subnets import Subnet

# The ports that answers go to: of load balancers, NAT gateways and clients, and of Linux:
# https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
ANY_CLIENT_PORTS = (1024, 65535)
LINUX_CLIENT_PORTS = (32768, 61000)
# A network ACL sees the addresses of a block in a range of ports.
_Traffic = tuple[IPv4Network, int, int]


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A connection as a subnet at one of its ends sees it."""

    # The addresses of the other end; ANYONE for the Internet.
    peer: str
    port: int
    # The ports of the end that opens it.
    client_ports: tuple[int, int]
    # Whether the other end opens it.
    inward: bool


def internet_connection(
    port: int, *, client_ports: tuple[int, int], inward: bool = False
) -> Connection:
    """Return a connection with any public address."""
    return Connection(peer=ANYONE, port=port, client_ports=client_ports, inward=inward)


def passage_of(subnet: Subnet, *connections: Connection) -> Passage:
    """Return whether the network ACL of a subnet allows all of the connections, or one not at all.

    UNJUDGED if it allows some of the addresses or ports, or if the template does not show it.
    """
    found = subnet.access_list
    if found.passage is not Passage.UNJUDGED or not connections:
        return found.passage
    if found.inward is None or found.outward is None:
        return Passage.UNJUDGED
    ways: list[Passage] = []
    for each in connections:
        asked, answered = (each.port, each.port), each.client_ports
        in_, out = (asked, answered) if each.inward else (answered, asked)
        ways += (_judge(found.inward, each.peer, in_), _judge(found.outward, each.peer, out))
    return worst(ways)


def worst(ways: Iterable[Passage]) -> Passage:
    """Return what several ways together allow."""
    found = set(ways)
    if Passage.CLOSED in found:
        return Passage.CLOSED
    return Passage.UNJUDGED if Passage.UNJUDGED in found else Passage.OPEN


@lru_cache
def _judge(entries: tuple[Entry, ...], peer: str, ports: tuple[int, int]) -> Passage:
    """Judge the TCP traffic with a peer by the entries of one direction, the first one first."""
    blocks = [_block(entry.block) for entry in entries]
    left: list[_Traffic] = [(block, *ports) for block in _addresses(peer)]
    if not left or None in blocks:
        return Passage.UNJUDGED
    allowed = denied = False
    for entry, block in zip(entries, blocks, strict=True):
        if not entry.is_tcp or block is None:
            continue
        rest: list[_Traffic] = []
        for traffic in left:
            matched, others = _divided(traffic, (block, entry.first_port, entry.last_port))
            rest += others
            allowed = allowed or (matched and entry.allows)
            denied = denied or (matched and not entry.allows)
        left = rest
    # What no entry applies to is denied.
    denied = denied or bool(left)
    if allowed and denied:
        return Passage.UNJUDGED
    return Passage.OPEN if allowed else Passage.CLOSED


def _divided(traffic: _Traffic, entry: _Traffic) -> tuple[bool, list[_Traffic]]:
    """Return whether an entry applies to some traffic, and the traffic that it leaves."""
    (block, first, last), (own, own_first, own_last) = traffic, entry
    if not block.overlaps(own) or last < own_first or first > own_last:
        return False, [traffic]
    inside = block if block.subnet_of(own) else own
    rest: list[_Traffic] = [
        (other, first, last) for other in (block.address_exclude(own) if inside != block else ())
    ]
    rest += [
        (inside, start, end)
        for start, end in ((first, own_first - 1), (own_last + 1, last))
        if start <= end
    ]
    return True, rest


@lru_cache
def _addresses(peer: str) -> tuple[IPv4Network, ...]:
    """Return the blocks of a peer; of the Internet, those of public addresses; () if unknown."""
    block = _block(peer)
    if block is None:
        return ()
    return tuple(_public(block)) if peer == ANYONE else (block,)


def _block(text: str) -> IPv4Network | None:
    try:
        # EC2 changes 10.0.0.1/16 to 10.0.0.0/16: botocore ec2, CreateNetworkAclEntry, CidrBlock.
        return IPv4Network(text, strict=False)
    except ValueError:
        return None


def _public(block: IPv4Network) -> Iterator[IPv4Network]:
    private = [each for each in map(IPv4Network, NEVER_PUBLIC) if each.overlaps(block)]
    if not private:
        yield block
    elif not any(block.subnet_of(each) for each in private):
        for half in block.subnets():
            yield from _public(half)
