"""A deletion by mistake is refused before anything is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.protection import PARAMETER, protected_resources

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A deletion by mistake is refused before anything is deleted", "Issue: protection")
def deletion_refused_at_once(topology: Topology) -> Finding:
    """Count what CloudFormation deletes before it comes to a protected resource.

    Deletion protection acts when its resource is reached: until then everything that waits for it
    is gone, tasks and database instances included. Only the stack's termination protection refuses
    at once, and no template can set it:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
    """
    stack = topology.stack
    protected = protected_resources(stack)
    lines = [
        f"{name}: {len(stack.dependencies.after(name))} of {len(stack.resources)} "
        "resources are deleted before it refuses"
        for name in protected
    ]
    if not protected:
        return broken("nothing is protected from deletion", amount=1)
    how = (
        f", which `deploy` and `rollout` switch on while {PARAMETER} is true"
        if stack.parameters.get(PARAMETER) == "true"
        else ""
    )
    return conditional(f"if the stack has termination protection{how}", *lines)
