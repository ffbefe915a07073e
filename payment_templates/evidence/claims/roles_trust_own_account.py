"""No role of the stack lets another account in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.permissions.role_trust import foreign_principals

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Roles trust no other account", "IAM: roles, trust policies")
def roles_trust_own_account(topology: Topology) -> Finding:
    """Read who may assume each role: services, and principals of the stack's own account.

    A condition, such as an external ID or an organization, may restrict who of another account:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    """
    roles = topology.stack.of_type("AWS::IAM::Role")
    if not roles:
        return not_applicable("there is no role")
    limited: list[str] = []
    for role in roles:
        for principal, is_conditional in foreign_principals(role):
            if not is_conditional:
                return broken(f"{principal} may assume {role.logical_id}")
            limited.append(f"the condition of {role.logical_id} is meant for {principal}")
    if limited:
        return conditional(f"if {', and '.join(limited)}")
    lines = [f"{role.logical_id}: no other account" for role in roles]
    return kept(f"{len(lines)} roles trust services and their own account alone", *lines)
