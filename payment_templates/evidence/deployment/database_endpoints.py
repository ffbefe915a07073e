"""Which endpoint of a database a value gives, and which one its name asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

Role = Literal["writer", "reader", "instance"]
_ENDPOINT = re.compile(r"\$\{(\w+)\.(Endpoint|ReadEndpoint)\.Address\}")
# Words of a name, in DB_READER_HOST, dbReaderHost and /payment/reader-endpoint alike.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_READER = {"read", "reader", "readers", "readonly", "ro", "replica", "replicas"}
_WRITER = {"write", "writer", "primary", "rw"}
_HOST = {"host", "hostname", "endpoint", "address", "server", "url", "uri", "dsn"}


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint of a database in a text."""

    database: Database
    role: Role
    # The resource that has it: the cluster, or one of its instances.
    owner: str

    def __str__(self) -> str:
        what = f"the endpoint of {self.owner}" if self.role == "instance" else f"the {self.role}"
        return f"{what} of {self.database.logical_id}"


def endpoints_in(topology: Topology, text: str) -> tuple[Endpoint, ...]:
    """Return the endpoints of the stack's databases that a text contains."""
    found: list[Endpoint] = []
    for owner, attribute in _ENDPOINT.findall(text):
        for database in topology.databases:
            if owner == database.logical_id:
                role: Role = "writer" if attribute == "Endpoint" else "reader"
            elif owner in {member.logical_id for member in database.instances}:
                role = "instance"
            else:
                continue
            found.append(Endpoint(database=database, role=role, owner=owner))
    return tuple(found)


def words_of(name: str) -> frozenset[str]:
    """Return the words of a name in lower case."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def is_host(name: str) -> bool:
    """Return whether a name is that of a host."""
    return bool(words_of(name) & _HOST)


def role_problem(name: str, endpoint: Endpoint) -> str:
    """Return why a name does not ask for an endpoint, or "".

    An instance stays what it is when another one becomes the writer.
    """
    words = words_of(name)
    wants_reader = bool(words & _READER) and not words & _WRITER
    if endpoint.role == "instance":
        return f"gives {endpoint}, which does not follow the writer" if not wants_reader else ""
    if wants_reader and endpoint.role == "writer":
        return f"gives {endpoint}, not the reader"
    if not wants_reader and endpoint.role == "reader":
        return f"gives {endpoint}, which takes no writes"
    return ""
