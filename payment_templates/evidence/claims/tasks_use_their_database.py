"""Checks that tasks get the host, name and login of their database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.application_wiring import wiring_of
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Tasks are configured with the right database", "ECS: environment variables")
def tasks_use_their_database(topology: Topology) -> Finding:
    """Check that environment variables and secrets match the database that they refer to.

    The host must be the writer endpoint, or the reader endpoint if the variable name says so, never
    an instance endpoint. The database name must be the cluster's, and the user of the master
    password must be the master user. Secrets must be read with a version that a new secret has:
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
    return kept(
        f"{quantity(len(found.lines), 'variable matches', 'variables match')} the database",
        *found.lines,
    )
