"""Reads VPC Block Public Access: which subnets of the region may use an Internet gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Stack

BLOCK_OPTIONS = "AWS::EC2::VPCBlockPublicAccessOptions"
EXCLUSION = "AWS::EC2::VPCBlockPublicAccessExclusion"
_OFF, _INGRESS, _BOTH = "off", "block-ingress", "block-bidirectional"
_ALLOW_BOTH, _ALLOW_EGRESS = "allow-bidirectional", "allow-egress"


@dataclass(frozen=True, kw_only=True)
class PublicAccess:
    """What the region's VPC Block Public Access leaves of the Internet gateways.

    Ingress-only blocking still allows the traffic of NAT gateways. An exclusion for egress has an
    effect only where both directions are blocked:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_BlockPublicAccessStates.html and
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessExclusion.html
    """

    mode: str
    # What is excluded, a VPC or a subnet, with the mode of the exclusion.
    exclusions: Mapping[str, str]

    def lets_in(self, subnet: str, vpc: str) -> bool:
        """Return whether the Internet reaches a subnet."""
        return self.mode == _OFF or self._exclusion(subnet, vpc) == _ALLOW_BOTH

    def lets_out(self, subnet: str, vpc: str, *, by_nat: bool) -> bool:
        """Return whether a subnet reaches the Internet, directly or from its NAT gateway."""
        if self.lets_in(subnet, vpc) or (by_nat and self.mode == _INGRESS):
            return True
        return self.mode == _BOTH and self._exclusion(subnet, vpc) == _ALLOW_EGRESS

    def _exclusion(self, subnet: str, vpc: str) -> str:
        return self.exclusions.get(subnet) or self.exclusions.get(vpc, "")


def read_public_access(stack: Stack) -> PublicAccess:
    """Read the mode and the exclusions; without a mode in the template, nothing is blocked."""
    modes = (
        options.properties.text("InternetGatewayBlockMode")
        for options in stack.of_type(BLOCK_OPTIONS)
    )
    return PublicAccess(mode=next(modes, _OFF), exclusions=dict(_exclusions(stack)))


def _exclusions(stack: Stack) -> Iterator[tuple[str, str]]:
    for exclusion in stack.of_type(EXCLUSION):
        fields = exclusion.properties
        for name in ("SubnetId", "VpcId"):
            if excluded := fields.identity(name):
                yield excluded, fields.text("InternetGatewayExclusionMode")
