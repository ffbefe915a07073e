"""Checks that the integration tests find every tier in the outputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.deployment.variable_names import words_of
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The resource type that an output must refer to for each tier, as in the specification.
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

_SUBNET = re.compile(r"\$\{(\w+)\}")
_KINDS = {False: "private", True: "public"}


@claim("Every tier has an output for the integration tests", "Success metric 10")
def outputs_for_tests(topology: Topology) -> Finding:
    """Follow every output to its resource and look for each tier that the tests cover.

    An output of public subnets gives none that is private, and the reverse.
    """
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
    if problem := next(_subnet_problems(topology), ""):
        return broken(problem, *lines)
    return kept(f"{quantity(len(stack.outputs), 'output')}, every tier among them", *lines)


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


def _subnet_problems(topology: Topology) -> Iterator[str]:
    """Yield the outputs whose name says what their subnets are not."""
    network = topology.network
    for output, value in topology.stack.outputs.items():
        words = words_of(output)
        said = words & {"public", "private"}
        if len(said) != 1 or not words & {"subnet", "subnets"}:
            continue
        for name in _SUBNET.findall(str(value)):
            subnet = network.subnets.get(name)
            if subnet is None or not subnet.table:
                continue
            is_public = any(map(network.is_internet_gateway, subnet.routes))
            if is_public is not ("public" in said):
                yield f"the output {output} gives {name}, which is {_KINDS[is_public]}"
