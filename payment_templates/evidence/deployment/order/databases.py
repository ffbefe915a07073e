"""Finds what a service or a rotation needs to connect to a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.order.needs import Need
from payment_templates.evidence.deployment.order.service import sources_of
from payment_templates.facts.creation_order import (
    ATTACHED_KEYS,
    CLUSTER_ENDPOINT,
    GLOBAL_MEMBERS,
    INSTANCES_OF_CLUSTER,
    PROXY_TARGETS,
    SECRET_ATTACHMENT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.deployment.order.needs import Order
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import Containers
    from payment_templates.evidence.topology.compute.service import Service

_ATTACHMENT = "AWS::SecretsManager::SecretTargetAttachment"
_CLUSTER = "AWS::RDS::DBCluster"


def database_needs(
    topology: Topology, services: tuple[Service, ...], order: Order
) -> Iterator[Need]:
    """Yield the database instances and proxy targets that each service connects to."""
    stack = topology.stack
    members, attached = _members(stack), _attachments(stack)
    # Services with the same task definition depend on the same.
    of_tasks: dict[tuple[str, Containers], set[str]] = {}
    for service in services:
        tasks = (service.definition, service.containers)
        if tasks not in of_tasks:
            of_tasks[tasks] = _known(stack, service, order, attached)
        known = of_tasks[tasks]
        for cluster, instances in members.items():
            if cluster in known:
                yield Need(
                    waits=service.logical_id,
                    needed=instances,
                    why=f"{cluster} accepts no connection before it has an instance",
                    source=CLUSTER_ENDPOINT,
                    one_is_enough=True,
                )
        for targets in stack.of_type("AWS::RDS::DBProxyTargetGroup"):
            proxy = stack.find(targets.properties.get("DBProxyName"), "AWS::RDS::DBProxy")
            if proxy and proxy.logical_id in known:
                yield Need(
                    waits=service.logical_id,
                    needed=(targets.logical_id,),
                    why=f"{proxy.logical_id} connects to a database only with it",
                    source=PROXY_TARGETS,
                )


def secret_needs(
    topology: Topology, services: tuple[Service, ...], _order: Order
) -> Iterator[Need]:
    """Yield the secret attachments that write the keys that each service's tasks read."""
    stack = topology.stack
    attachments = _attachments(stack)
    for service in services if attachments else ():
        for secret in service.secrets:
            if secret.key and secret.key not in ATTACHED_KEYS:
                continue
            for name in attachments.get(secret.source, ()):
                yield Need(
                    waits=service.logical_id,
                    needed=(name,),
                    why=f"{secret.source} has no {secret.key or 'host'} before it is attached",
                    source=SECRET_ATTACHMENT,
                )


def rotation_needs(stack: Stack, _order: Order) -> Iterator[Need]:
    """Yield the database instances that each rotation schedule logs in to."""
    members = _members(stack)
    attached = _attachments(stack)
    for schedule in stack.of_type("AWS::SecretsManager::RotationSchedule"):
        # Ref of an attachment returns the secret.
        secret = schedule.properties.target("SecretId")
        for name in (*attached.get(secret, ()), secret):
            attachment = stack.of(name, _ATTACHMENT)
            cluster = attachment.properties.target("TargetId") if attachment else ""
            if instances := members.get(cluster):
                yield Need(
                    waits=schedule.logical_id,
                    needed=instances,
                    why=f"a rotation starts immediately and logs in to {cluster}",
                    source=CLUSTER_ENDPOINT,
                    one_is_enough=True,
                )


def global_needs(stack: Stack, _order: Order) -> Iterator[Need]:
    """Yield the instances of the cluster from which a global database is made.

    On deletion, the cluster leaves the global database before its last instance goes.
    """
    members = _members(stack)
    for found in stack.of_type("AWS::RDS::GlobalCluster"):
        source = stack.find(found.properties.get("SourceDBClusterIdentifier"), _CLUSTER)
        if source and (instances := members.get(source.logical_id)):
            yield Need(
                waits=found.logical_id,
                needed=instances,
                why=f"RDS refuses to delete the last instance of {source.logical_id} while the "
                "global database has another member",
                source=GLOBAL_MEMBERS,
            )


def _attachments(stack: Stack) -> dict[str, list[str]]:
    """Return the attachments of each secret."""
    found: dict[str, list[str]] = {}
    for attachment in stack.of_type(_ATTACHMENT):
        secret = stack.find(attachment.properties.get("SecretId"), "AWS::SecretsManager::Secret")
        if secret:
            found.setdefault(secret.logical_id, []).append(attachment.logical_id)
    return found


def _members(stack: Stack) -> dict[str, tuple[str, ...]]:
    """Return the instances by cluster."""
    found: dict[str, list[str]] = {}
    for cluster_type, instance_type in INSTANCES_OF_CLUSTER.items():
        for instance in stack.of_type(instance_type):
            if cluster := _cluster_of(stack, instance, cluster_type):
                found.setdefault(cluster.logical_id, []).append(instance.logical_id)
    return {name: tuple(instances) for name, instances in found.items()}


def _cluster_of(stack: Stack, instance: StackResource, cluster_type: str) -> StackResource | None:
    value = instance.properties.get("DBClusterIdentifier")
    return None if value is None else stack.find(value, cluster_type)


def _known(
    stack: Stack, service: Service, order: Order, attached: dict[str, list[str]]
) -> set[str]:
    """Return all resources that a service's task definition and secrets depend on."""
    sources = sources_of(stack, service)
    names = {service.definition, *sources, *(a for s in sources for a in attached.get(s, ()))}
    return {known for name in names if name in stack.resources for known in order.before(name)}
