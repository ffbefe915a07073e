"""Checks that the roles of StackSets exist and trust CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.preflight.finding import EVERYWHERE, Finding, fine, refused
from payment_templates.rollout.stack_set.roles.roles_stack import missing_roles
from payment_templates.rollout.stack_set.roles.trust import missing_trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles


def check_roles(
    session: Session, regions: Sequence[str], account: str, roles: ChosenRoles
) -> Iterator[Finding]:
    """Check the roles in the account of the credentials."""
    missing = missing_roles(session, regions[0], roles)
    how = "create it, or name another one" if roles.given else "use rollout --create-roles"
    for name in missing:
        yield refused(EVERYWHERE, f"the account has no role {name}", how)
    untrusting = missing_trust(session, regions, account=account, chosen=roles)
    for one in untrusting:
        yield refused(
            EVERYWHERE,
            one.what,
            one.remediation
            if roles.given
            else f"use rollout --create-roles if it created the role; else {one.remediation}",
        )
    if not missing and not untrusting:
        yield fine(EVERYWHERE, "the roles of StackSets exist and trust CloudFormation")
