"""Checks that published endpoints match the names they are published under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.database_endpoints import (
    endpoints_in,
    role_problem,
    wrong_host,
)
from payment_templates.evidence.deployment.variable_names import (
    DATABASE_WORDS,
    READER_WORDS,
    WRITER_WORDS,
    names_host,
    words_of,
)
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.deployment.database_endpoints import Endpoint
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

_PARAMETER = "AWS::SSM::Parameter"
# An output about the application, such as ApplicationUrl.
_APPLICATION = {"application", "app", "service", "api", "web", "website", "balancer", "alb"}


@dataclass(frozen=True, kw_only=True)
class _Published:
    """A parameter or an output: its logical ID, its name and its value."""

    kind: str
    logical_id: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} {self.logical_id}"

    @property
    def is_about_database(self) -> bool:
        """Whether its name asks for the host of a database."""
        about = DATABASE_WORDS | READER_WORDS | WRITER_WORDS
        return names_host(self.name) and bool(words_of(self.name) & about)


@claim(
    "Parameter Store has the writer's and the reader's endpoint",
    "Systems Manager Parameter Store",
    "Success metric 10",
)
def published_endpoints_are_right(topology: Topology) -> Finding:
    """Check that SSM parameters and outputs contain the endpoint that their name says.

    Every cluster with readers needs a parameter for its writer and one for its readers.
    """
    clusters = [each for each in topology.databases if each.is_cluster and each.readers]
    if not clusters:
        return absent("there is no database cluster with readers")
    published = [(each, endpoints_in(topology, each.text)) for each in _published(topology)]
    lines: list[str] = []
    for each, endpoints in published:
        if problem := _problem(topology, each, endpoints):
            return broken(f"{each} {problem}", *lines)
        lines += [f"{each}: {endpoint}" for endpoint in endpoints]
    missing = _missing(clusters, published)
    if missing:
        unread = [
            each.logical_id
            for each, endpoints in published
            if each.kind == "parameter" and names_host(each.name) and not endpoints
        ]
        if unread:
            return conditional(f"if {', '.join(unread)} contains {', '.join(missing)}", *lines)
        return broken(f"no parameter contains {', '.join(missing)}", *lines)
    matching = quantity(
        len(lines),
        "parameter or output matches its name",
        "parameters and outputs match their names",
    )
    return kept(matching, *lines)


def _problem(topology: Topology, each: _Published, endpoints: tuple[Endpoint, ...]) -> str:
    """Say why something published is not what its name says."""
    words = words_of(each.name)
    if endpoints and words & _APPLICATION and not words & DATABASE_WORDS:
        return f"gives {endpoints[0]}, not the application"
    if endpoints:
        return role_problem(each.name, endpoints)
    if each.is_about_database and (wrong := wrong_host(topology, each.text)):
        return f"gives {wrong}, not the endpoint of a database"
    return ""


def _missing(
    clusters: list[Database], published: list[tuple[_Published, tuple[Endpoint, ...]]]
) -> list[str]:
    found = {
        (endpoint.database.logical_id, endpoint.role)
        for each, endpoints in published
        if each.kind == "parameter"
        for endpoint in endpoints
    }
    return [
        f"the {role} of {cluster.logical_id}"
        for cluster in clusters
        for role in ("writer", "reader")
        if (cluster.logical_id, role) not in found
    ]


def _published(topology: Topology) -> Iterator[_Published]:
    """Yield every parameter and every output."""
    for parameter in topology.stack.of_type(_PARAMETER):
        fields, name = parameter.properties, parameter.logical_id
        yield _Published(
            kind="parameter",
            logical_id=name,
            name=fields.text("Name") or name,
            text=fields.text("Value"),
        )
    for name, value in topology.stack.outputs.items():
        yield _Published(kind="output", logical_id=name, name=name, text=str(value))
