"""Says where the clients' requests go once another region writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.rollout.stack_states import StackState

_DOMAIN, _PRIMARY = "DomainName", "PrimaryRegion"
_LIVENESS, _READINESS = "HealthCheckPath", "ReadinessPath"


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """Where the requests to a stack's domain go."""

    # Empty if the stack has no domain.
    domain: str
    # Whether Route 53 asks a path of its own, which must answer 200 only where the database can be
    # written. A failover record then follows the writer: each region's own health check decides,
    # without a call to Route 53's control plane, which is in us-east-1.
    follows_writer: bool
    # The region that DNS prefers while it responds.
    preferred: str
    url: str

    def described(self, region: str) -> str:
        """Describe what happens to the requests when a region becomes the writer."""
        if not self.domain:
            return f"there is no domain: send the requests to {self.url or region} yourself"
        if self.follows_writer:
            return (
                f"Route 53 sends {self.domain} to {region} by itself, because its health checks "
                "ask the readiness path; PrimaryRegion stays as it is"
            )
        where = (
            f"leads to {region} while it responds"
            if region == self.preferred
            else f"leads to {region} only while {self.preferred} does not respond"
        )
        return (
            f"Route 53 does not follow the writer: its health checks ask {_LIVENESS}, which says "
            f"nothing about the database; {self.domain} {where}"
        )


def traffic_of(state: StackState) -> Traffic:
    """Read the domain and the health check's path of a stack."""
    values = state.parameters
    readiness = values.get(_READINESS, "")
    return Traffic(
        domain=values.get(_DOMAIN, ""),
        follows_writer=bool(readiness) and readiness != values.get(_LIVENESS),
        preferred=values.get(_PRIMARY, ""),
        url=state.outputs.get("ApplicationUrl", ""),
    )
