"""The tasks get the host, the name and the login of their database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.application_wiring import wiring_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Tasks are configured with the right database", "ECS: environment variables")
def tasks_use_their_database(topology: Topology) -> Finding:
    """Compare environment variables and secrets with the database that they are about.

    The host is the writer's endpoint, or the reader's where the name says so, and never that of an
    instance. The name is that of the cluster's database. The user beside the master password is the
    master user, and each secret is read in a version that a new secret has:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
    """
    if not topology.services or not topology.databases:
        return absent("there is no ECS service with a database")
    found = wiring_of(topology)
    if found.problems:
        return broken(found.problems[0], *found.problems, *found.lines)
    if found.conditions:
        return conditional(f"if {', and '.join(found.conditions)}", *found.lines)
    if not found.lines:
        return conditional("if the tasks find the database: no variable names it")
    return kept(f"{len(found.lines)} variables fit the database", *found.lines)
