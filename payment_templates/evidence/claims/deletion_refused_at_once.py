"""An accidental deletion is refused before anything is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.deployment.deletion_protection import (
    PARAMETER,
    RETAINED,
    asks_for_protection,
    is_protected_by_default,
    refusing_resources,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("An accidental deletion is refused before anything is deleted", "Issue: protection")
def deletion_refused_at_once(topology: Topology) -> Finding:
    """Count what CloudFormation deletes before it comes to a protected resource.

    Deletion protection acts when its resource is reached: until then everything that waits for it
    is deleted, tasks and database instances included. Only the stack's termination protection
    refuses at once, and no template can set it:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
    """
    stack = topology.stack
    protected = refusing_resources(stack)
    if not protected:
        if is_protected_by_default(stack):
            return conditional(f"only with {PARAMETER}=true")
        return broken("nothing is protected from deletion", amount=1)
    lines = [_line(stack, name) for name in protected]
    by_whom = (
        f"which `deploy` and `rollout` switch on while {PARAMETER} is true"
        if asks_for_protection(stack)
        else f"which you must switch on: the template has no parameter {PARAMETER} that asks for it"
    )
    return conditional(f"if the stack has termination protection, {by_whom}", *lines)


def _line(stack: Stack, name: str) -> str:
    """Count what is deleted by then: all that waits for a resource, and what it does not need."""
    stays = {name, *stack.dependencies.before(name)} | {
        other for other, each in stack.resources.items() if each.deletion_policy in RETAINED
    }
    first, most = len(stack.dependencies.after(name)), len(stack.resources.keys() - stays)
    return (
        f"{name}: {first} to {most} of {len(stack.resources)} resources are deleted before it "
        f"refuses: all that wait for it, and up to all that it does not need"
    )
