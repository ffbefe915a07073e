"""Every tier has an output for the integration tests of the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# What the specification's integration tests ask for, by the type that an output leads to.
_TIERS = {
    "network": "AWS::EC2::VPC",
    "database": "AWS::RDS::DBCluster",
    "service": "AWS::ECS::Service",
    "cluster": "AWS::ECS::Cluster",
    "load balancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "alerts": "AWS::SNS::Topic",
    "encryption": "AWS::KMS::Key",
    "dashboard": "AWS::CloudWatch::Dashboard",
}


@claim("Every tier has an output for the integration tests", "Success metric 10")
def outputs_for_tests(topology: Topology) -> Finding:
    """Follow every output to its resource and look for each tier that the tests cover."""
    stack = topology.stack
    found = {
        resource.type: output
        for output, value in stack.outputs.items()
        if (resource := stack.find(value, *_TIERS.values()))
    }
    missing = [tier for tier, kind in _TIERS.items() if kind not in found]
    lines = [f"{tier}: {found[kind]}" for tier, kind in _TIERS.items() if kind in found]
    if wrong := _https_without_listener(topology):
        return broken(f"{wrong} is an address by HTTPS, which no listener speaks", *lines)
    if missing:
        return broken(f"no output leads to: {', '.join(missing)}", *lines)
    return kept(f"{len(stack.outputs)} outputs, every tier among them", *lines)


def _https_without_listener(topology: Topology) -> str:
    """Return the output with an address of a load balancer that does not speak HTTPS, or ""."""
    fronts = {
        f"${{{front.logical_id}.DNSName}}"
        for front in topology.load_balancers
        if not any(
            listener.balancer == front.logical_id and listener.protocol == "HTTPS"
            for listener in topology.listeners
        )
    }
    addresses = ((name, str(value)) for name, value in topology.stack.outputs.items())
    return next(
        (
            name
            for name, text in addresses
            if text.startswith("https://") and any(front in text for front in fronts)
        ),
        "",
    )
