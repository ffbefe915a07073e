"""Decides whether a target group has targets, as far as the template shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import references_in

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology

# The types that refer to a target group without registering targets with it.
_NO_TARGETS = ("AWS::CloudWatch::", "AWS::ElasticLoadBalancingV2::Listener")


def has_targets(topology: Topology, group: str) -> bool | None:
    """Return whether targets are registered with a group; None if the template does not show it.

    A service registers its tasks with the group that LoadBalancers names, and with
    AlternateTargetGroupArn only during a deployment:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html
    """
    services = [it for it in topology.services if group in it.target_groups]
    if any(service.desired > 0 for service in services):
        return True
    known = {each.logical_id for each in topology.target_groups}
    if group not in known or any(service.most > 0 for service in services):
        return None
    if topology.stack.resources[group].properties.values("Targets"):
        return True
    stack, template = topology.stack, topology.stack.template
    if any(group in references_in(each.value) for each in template.outputs.values()):
        return None
    without_tasks = {service.logical_id for service in services}
    others = any(
        resource.logical_id in stack.resources
        and resource.logical_id not in without_tasks
        and not resource.type.startswith(_NO_TARGETS)
        and group in references_in(list(resource.expressions))
        for resource in template.resources.values()
    )
    return None if others else False


def open_targets(topology: Topology, group: str) -> str:
    """Return the assumption that a group has targets."""
    if any(each.logical_id == group for each in topology.target_groups):
        return f"{group} has targets, which the template does not show"
    return f"{group}, not in the template, has targets"
