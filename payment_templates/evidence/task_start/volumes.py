"""Decides whether tasks can mount their volumes: file systems of EFS, and others by assumption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.security_groups import (
    groups_or_default,
    lists_between,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

_FILE_SYSTEM, _MOUNT_TARGET = "AWS::EFS::FileSystem", "AWS::EFS::MountTarget"
_ACCESS_POINT = "AWS::EFS::AccessPoint"
_EFS = "EFSVolumeConfiguration"
# https://docs.aws.amazon.com/efs/latest/ug/network-access.html
_NFS_PORT = 2049
# What is mounted from elsewhere: botocore ecs, Volume.
_OTHERS = ("FSxWindowsFileServerVolumeConfiguration", "S3FilesVolumeConfiguration")


def volume_problems(topology: Topology, service: Service) -> Iterator[str]:
    """Yield why a task certainly cannot mount a file system of the stack.

    https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html
    """
    for volume in _volumes(topology, service):
        if problem := _authorization_problem(topology, volume):
            yield f"the volume {volume.text('Name')} of {service.definition} {problem}"
    for system in file_systems(topology, service):
        targets = _targets(topology, system)
        if not targets:
            yield f"{service.definition} mounts {system.logical_id}, which has no mount target"
        elif not any(_lets_in(topology, service, target) for target in targets):
            names = ", ".join(target.logical_id for target in targets)
            yield f"{names} lets no task of {service.logical_id} in on {_NFS_PORT}"


def volume_conditions(topology: Topology, service: Service) -> Iterator[str]:
    """Yield what the template does not confirm about the volumes of a task.

    The name of a file system resolves to its mount target in the same zone:
    https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
    """
    for volume in _volumes(topology, service):
        name = volume.text("Name")
        if any(other in volume for other in _OTHERS) or volume.flag("ConfiguredAtLaunch"):
            yield f"the volume {name} of {service.definition} can be mounted"
        elif _EFS in volume and _system(topology, volume) is None:
            files = volume.child(_EFS).text("FilesystemId")
            yield f"{files} lets the tasks of {service.logical_id} mount it in each of their zones"
        elif folder := _new_folder(topology, volume):
            yield folder
    for system in file_systems(topology, service):
        zones = topology.network.zones_of(
            tuple(
                target.properties.target("SubnetId")
                for target in _targets(topology, system)
                if _lets_in(topology, service, target)
            )
        )
        if missing := [zone for zone in service.zones if zone not in zones]:
            yield (
                f"tasks in {', '.join(missing)} can mount {system.logical_id}, which has no mount "
                "target there that lets them in"
            )
        if "FileSystemPolicy" in system.properties:
            yield f"the policy of {system.logical_id} lets the tasks mount it"


def file_systems(topology: Topology, service: Service) -> tuple[StackResource, ...]:
    """Return the file systems of the stack that the tasks of a service mount."""
    found = [_system(topology, it) for it in _volumes(topology, service) if _EFS in it]
    return tuple(system for system in found if system)


def _authorization_problem(topology: Topology, volume: Properties) -> str:
    """Return why ECS refuses how a volume is authorized, or why EFS does not mount it, or "".

    botocore ecs, EFSVolumeConfiguration and EFSAuthorizationConfig. An access point is "an entry
    point into an EFS file system": https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html
    """
    efs = volume.child(_EFS)
    authorization = efs.child("AuthorizationConfig")
    point = authorization.get("AccessPointId")
    needs = "IAM" if authorization.text("IAM") == "ENABLED" else ""
    needs = needs or ("an access point" if point is not None else "")
    if needs and efs.text("TransitEncryption") != "ENABLED":
        return f"uses {needs} without TransitEncryption"
    if point is not None and efs.text("RootDirectory") not in {"", "/"}:
        return "has an access point and another RootDirectory"
    own = topology.stack.find(point, _ACCESS_POINT)
    system = _system(topology, volume)
    if own and system and own.properties.target("FileSystemId") != system.logical_id:
        return f"uses {own.logical_id}, which is not of {system.logical_id}"
    return ""


def _new_folder(topology: Topology, volume: Properties) -> str:
    """Return that a folder of a file system of the stack, which is new and empty, exists, or "".

    Only an access point with CreationInfo makes its folder, else "mount … will fail":
    https://docs.aws.amazon.com/efs/latest/ug/API_CreationInfo.html
    """
    efs, system = volume.child(_EFS), _system(topology, volume)
    if system is None:
        return ""
    value = efs.child("AuthorizationConfig").get("AccessPointId")
    point = topology.stack.find(value, _ACCESS_POINT)
    root = point.properties.child("RootDirectory") if point else None
    path = root.text("Path") if root else efs.text("RootDirectory")
    if path in {"", "/"} or (root and "CreationInfo" in root):
        return ""
    return f"{system.logical_id}, which is new and empty, has the folder {path} when tasks start"


def _volumes(topology: Topology, service: Service) -> tuple[Properties, ...]:
    definition = topology.stack.of(service.definition, "AWS::ECS::TaskDefinition")
    return definition.properties.children("Volumes") if definition else ()


def _system(topology: Topology, volume: Properties) -> StackResource | None:
    return topology.stack.find(volume.child(_EFS).get("FilesystemId"), _FILE_SYSTEM)


def _targets(topology: Topology, system: StackResource) -> tuple[StackResource, ...]:
    return tuple(
        target
        for target in topology.stack.of_type(_MOUNT_TARGET)
        if target.properties.target("FileSystemId") == system.logical_id
    )


def _lets_in(topology: Topology, service: Service, target: StackResource) -> bool:
    network = topology.network
    tasks = network.end_in(service.subnets, service.security_groups)
    subnet = target.properties.target("SubnetId")
    ends = network.end_in((subnet,), groups_or_default(target.properties, "SecurityGroups"))
    return lists_between(topology.rules, source=tasks, target=ends, port=_NFS_PORT) == ()
