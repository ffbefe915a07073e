"""Decides whether a value is the database endpoint that its name says: writer or reader."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from payment_templates.evidence.deployment.variable_names import (
    INSTANCE_WORDS,
    READER_WORDS,
    READING_WORDS,
    WRITER_WORDS,
    words_of,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

Role = Literal["writer", "reader", "instance"]
_ENDPOINT = re.compile(r"\$\{(\w+)\.(Endpoint|ReadEndpoint)\.Address\}")
_REFERENCE = re.compile(r"\$\{(\w+)(?:\.([\w.]+))?\}")
_READ_ONLY = "takes no writes"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
# What is certainly no host of a database. Others may lead to one: a proxy, a record, a network
# load balancer, a nested stack, a custom resource.
_NO_HOSTS = (
    *("AWS::CloudWatch::", "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::EC2::VPC"),
    *("AWS::ECS::", "AWS::Events::", "AWS::IAM::", "AWS::KMS::", "AWS::Logs::", "AWS::S3::"),
    *("AWS::SNS::", "AWS::SQS::", "AWS::SecretsManager::", "AWS::RDS::DBSubnetGroup"),
    "AWS::ElasticLoadBalancingV2::TargetGroup",
)
_DATABASES = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
_COPY_OF = ("SourceDBInstanceIdentifier", "SourceDBClusterIdentifier")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A database endpoint that a text contains."""

    database: Database
    role: Role
    # The resource with this endpoint: the cluster, or one of its instances.
    owner: str

    def __str__(self) -> str:
        what = f"the endpoint of {self.owner}" if self.role == "instance" else f"the {self.role}"
        return f"{what} of {self.database.logical_id}"


def endpoints_in(topology: Topology, text: str) -> tuple[Endpoint, ...]:
    """Return the endpoints of the stack's databases that a text contains."""
    return tuple(
        endpoint
        for owner, attribute in _ENDPOINT.findall(text)
        if (endpoint := _endpoint(topology, owner, attribute))
    )


def role_problem(name: str, endpoints: tuple[Endpoint, ...]) -> str:
    """Return why a name asks for none of the endpoints that it gives, or "".

    An instance endpoint still refers to the same instance after a failover.
    """
    words = words_of(name)
    roles = {endpoint.role for endpoint in endpoints}
    wants_reader = bool(words & READER_WORDS) and not words & WRITER_WORDS
    by_instance = "instance" in roles and (
        wants_reader or bool(words & (INSTANCE_WORDS | READING_WORDS))
    )
    if not endpoints or by_instance or (words & READING_WORDS and roles & {"reader", "writer"}):
        return ""
    gives = f"gives {endpoints[0]}"
    if wants_reader:
        return "" if "reader" in roles else f"{gives}, not the reader"
    if "writer" in roles:
        return ""
    return f"{gives}, which {'does not follow the writer' if 'instance' in roles else _READ_ONLY}"


def wrong_reference(topology: Topology, text: str) -> str:
    """Return a reference in a text that is certainly no host of a database, or ""."""
    found = [
        (str(match[0]), topology.stack.resources.get(match[1]), match[2] or "")
        for match in _REFERENCE.finditer(text)
    ]
    if not found or not all(it and _is_no_host(it, attribute) for _, it, attribute in found):
        return ""
    return found[0][0]


def wrong_host(topology: Topology, text: str) -> str:
    """Return what a text has that is certainly no host of a database, or "": also a port."""
    return text if text.isdecimal() else wrong_reference(topology, text)


def _endpoint(topology: Topology, owner: str, attribute: str) -> Endpoint | None:
    for database in topology.databases:
        if owner == database.logical_id:
            role: Role = "writer" if attribute == "Endpoint" else "reader"
            return Endpoint(database=database, role=role, owner=owner)
        if owner in {member.logical_id for member in database.instances}:
            return Endpoint(database=database, role="instance", owner=owner)
    return _of_replica(topology, owner)


def _of_replica(topology: Topology, owner: str) -> Endpoint | None:
    """Return the endpoint of a read replica, as a reader of the database that it copies."""
    replica = topology.stack.of(owner, *_DATABASES)
    for name in _COPY_OF if replica else ():
        source = topology.stack.find(replica.properties.get(name), *_DATABASES) if replica else None
        for database in topology.databases:
            if source and source.logical_id == database.logical_id:
                return Endpoint(database=database, role="reader", owner=owner)
    return None


def _is_no_host(resource: StackResource, attribute: str) -> bool:
    if resource.type in _DATABASES:
        return not attribute.endswith("Endpoint.Address")
    if resource.type == _BALANCER:
        return resource.properties.text("Type") in {"", "application"}
    return resource.type.startswith(_NO_HOSTS)
