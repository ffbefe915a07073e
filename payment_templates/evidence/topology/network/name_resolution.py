"""Decides whether the VPCs of the stack resolve names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack


def resolvers_of(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield the VPCs with name servers of their own.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
    """
    for association in stack.of_type("AWS::EC2::VPCDHCPOptionsAssociation"):
        fields = association.properties
        options = stack.of(fields.target("DhcpOptionsId"), "AWS::EC2::DHCPOptions")
        servers = options.properties.texts("DomainNameServers") if options else ("unknown",)
        if servers and "AmazonProvidedDNS" not in servers:
            yield fields.identity("VpcId"), ", ".join(servers)
