"""Parameter Store and outputs have the endpoints that their names say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.database_endpoints import (
    endpoints_in,
    is_host,
    role_problem,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_PARAMETER = "AWS::SSM::Parameter"


@claim(
    "Parameter Store has the writer's and the reader's endpoint",
    "Systems Manager Parameter Store",
    "Success metric 10",
)
def published_endpoints_are_right(topology: Topology) -> Finding:
    """Compare each parameter and output that names an endpoint with what it holds.

    Every cluster with readers needs a parameter for its writer and one for its readers.
    """
    clusters = [each for each in topology.databases if each.is_cluster and each.readers]
    if not clusters:
        return absent("there is no database cluster with readers")
    lines: list[str] = []
    found: set[tuple[str, str]] = set()
    for kind, place, name, text in _published(topology):
        endpoints = endpoints_in(topology, text)
        for endpoint in endpoints:
            if problem := role_problem(name, endpoint):
                return broken(f"{kind} {place} {problem}", *lines)
            lines.append(f"{kind} {place}: {endpoint}")
            if kind == "parameter":
                found.add((endpoint.database.logical_id, endpoint.role))
    missing = [
        f"the {role} of {cluster.logical_id}"
        for cluster in clusters
        for role in ("writer", "reader")
        if (cluster.logical_id, role) not in found
    ]
    if missing:
        unread = [
            place
            for kind, place, name, text in _published(topology)
            if kind == "parameter" and is_host(name) and not endpoints_in(topology, text)
        ]
        if unread:
            return conditional(f"if {', '.join(unread)} gives {', '.join(missing)}", *lines)
        return broken(f"no parameter gives {', '.join(missing)}", *lines)
    return kept(f"{len(lines)} parameters and outputs give what their names say", *lines)


def _published(topology: Topology) -> Iterator[tuple[str, str, str, str]]:
    """Yield kind, logical ID, name and value of every parameter and output."""
    for parameter in topology.stack.of_type(_PARAMETER):
        fields = parameter.properties
        name = fields.text("Name") or parameter.logical_id
        yield "parameter", parameter.logical_id, name.rpartition("/")[2], fields.text("Value")
    for name, value in topology.stack.outputs.items():
        yield "output", name, name, str(value)
