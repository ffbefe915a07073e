"""Checks that an accidental deletion is refused before any resource is deleted."""

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
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("An accidental deletion is refused before anything is deleted", "Issue: protection")
def deletion_refused_at_once(topology: Topology) -> Finding:
    """Check for deletion protection, and count the resources that are deleted before it acts.

    Deletion protection acts only when CloudFormation reaches the resource. By then it has deleted
    the resources that depend on it, including tasks and database instances. Only the stack's
    termination protection refuses immediately, and a template cannot set it:
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
        f"which `deploy` and `rollout` turn on while {PARAMETER} is true"
        if asks_for_protection(stack)
        else f"which you must turn on: the template has no parameter {PARAMETER} for it"
    )
    return conditional(f"if the stack has termination protection, {by_whom}", *lines)


def _line(stack: Stack, name: str) -> str:
    """Count the resources deleted before this one: at least its dependents."""
    stays = {name, *stack.dependencies.before(name)} | {
        other for other, each in stack.resources.items() if each.deletion_policy in RETAINED
    }
    first, most = len(stack.dependencies.after(name)), len(stack.resources.keys() - stays)
    return (
        f"{name}: {first} to {most} of "
        f"{quantity(len(stack.resources), 'resource is', 'resources are')} deleted before it "
        f"refuses: those that depend on it, up to all that it does not depend on"
    )
