"""A password that changes, or goes from generated to given and back, reaches the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.changes import password_switches, renewed_secrets, stale_passwords
from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A changed password reaches the database", "Issue: database updates")
def changed_password_reaches_database(topology: Topology) -> Finding:
    """Look for a secret whose content changes while its name and the cluster's password do not.

    The handler sends a password only if the previous and the new value differ, and CloudFormation
    resolves a dynamic reference at the time of the update: with one secret for both, the previous
    value may already be the new one, and a rollback generates a third (Translator.modifyDbCluster
    Request, https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds).
    """
    if not topology.databases:
        return broken("there is no database cluster")
    template = topology.stack.template
    renewed = set(renewed_secrets(template))
    lines: list[str] = []
    for cluster, secret, parameter in stale_passwords(template):
        return broken(
            f"{parameter} changes the password in {secret}, and {cluster} is not updated", *lines
        )
    for secret, parameter in password_switches(template):
        if (secret, parameter) not in renewed:
            return broken(
                f"{secret} holds the generated and the given password under one name: a change of "
                f"{parameter} may leave the database on the old one",
                *lines,
            )
        lines.append(f"{parameter}: another name of {secret} for each way")
    return kept("old and new password are in secrets of their own", *lines)
