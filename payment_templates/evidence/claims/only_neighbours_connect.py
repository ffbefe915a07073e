"""Each tier takes connections from the one before it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_WEB_PORTS = {80, 443}


@claim("Security groups let in only the tier before", "VPC and Networking: least privilege")
def only_neighbours_connect(topology: Topology) -> Finding:
    """Read every ingress rule: the world comes to the load balancer alone, on 80 and 443."""
    fronts = {name for balancer in topology.load_balancers for name in balancer.security_groups}
    groups = {group.logical_id for group in topology.stack.of_type("AWS::EC2::SecurityGroup")}
    inward = [rule for rule in topology.rules if rule.inward and rule.group in groups]
    lines = [str(rule) for rule in inward]
    for rule in inward:
        web = rule.first_port == rule.last_port and rule.first_port in _WEB_PORTS
        if rule.peer not in groups and not (rule.group in fronts and web):
            return broken(f"{rule.group} is open to {rule.peer}", str(rule))
        if rule.first_port != rule.last_port:
            return broken(f"{rule.group} is open on more than one port", str(rule))
    if not lines:
        return broken("no security group lets anything in")
    return kept(f"{len(lines)} rules", *lines)
