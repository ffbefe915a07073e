"""Checks that AWS services can assume the roles of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.permissions.grants import Answer
from payment_templates.evidence.permissions.role_trust import role_uses

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "Each service may assume the role that it is given",
    "IAM: roles, trust policies",
)
def services_can_assume_their_roles(topology: Topology) -> Finding:
    """Check that the trust policy of each role allows the service that uses it.

    A role that also trusts its account is open to everyone whose IAM policies allow
    sts:AssumeRole:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
    """
    uses = tuple(role_uses(topology.stack))
    if not uses:
        return not_applicable("no service is given a role")
    lines = [f"{use.user}: {use.role}, {use.principal}" for use in uses]
    for use in uses:
        if use.answer is Answer.NO:
            return broken(f"{use.principal} may not assume {use.role} of {use.user}", *lines)
    unseen = [
        f"{use.principal} may assume {use.role}" for use in uses if use.answer is not Answer.YES
    ]
    unseen += [
        f"no IAM policy of this account lets another principal assume {use.role}"
        for use in uses
        if use.by_account
    ]
    if unseen:
        return conditional(f"if {', and '.join(dict.fromkeys(unseen))}", *lines)
    return kept("every role trusts the service that uses it", *lines)
