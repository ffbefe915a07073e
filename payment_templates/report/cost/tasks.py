"""Calculates what the tasks of the services cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.prices import (
    FARGATE_ARM_CPU,
    FARGATE_ARM_MEMORY,
    FARGATE_CPU,
    FARGATE_FREE_STORAGE_GB,
    FARGATE_MEMORY,
    FARGATE_STORAGE,
    HOURS_PER_MONTH,
)
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill_lines import TASKS, Line, priced, unpriced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence import Topology
    from payment_templates.evidence.topology.compute.service import Service

# CPU units of a vCPU, and MiB of a GB: task definition parameters, "Task size".
_UNITS_PER_CPU, _MEGABYTES_PER_GB = 1024, 1024


def task_lines(topology: Topology) -> Iterator[Line]:
    """Yield the lines of each service."""
    for service in topology.services:
        yield from _service(topology, service)


def _service(topology: Topology, service: Service) -> Iterator[Line]:
    stack, name = topology.stack, service.logical_id
    definition = stack.of(service.definition, "AWS::ECS::TaskDefinition")
    problem = _not_priced(service)
    if definition and not problem:
        system = definition.properties.child("RuntimePlatform").text("OperatingSystemFamily")
        problem = f"no price for tasks on {system}" if system.startswith("WINDOWS") else ""
    if definition is None or problem:
        why = problem or f"the task definition of {name} is not in the template"
        yield unpriced(TASKS, "tasks", name, problem=why)
        return
    fields = definition.properties
    arm = fields.child("RuntimePlatform").text("CpuArchitecture") == "ARM64"
    hours = service.desired * HOURS_PER_MONTH
    most = max(service.most, service.desired) * HOURS_PER_MONTH
    count = quantity(service.desired, "task")
    if most > hours:
        count += f", at most {service.most}"
    cpus = fields.number("Cpu") / _UNITS_PER_CPU
    gigabytes = fields.number("Memory") / _MEGABYTES_PER_GB
    yield priced(
        *(TASKS, "Fargate vCPU", name),
        price=FARGATE_ARM_CPU if arm else FARGATE_CPU,
        region=stack.region,
        quantity=hours * cpus,
        most=most * cpus,
        how=f"{count} x {cpus:g} vCPU x {HOURS_PER_MONTH} hours",
    )
    yield priced(
        *(TASKS, "Fargate memory", name),
        price=FARGATE_ARM_MEMORY if arm else FARGATE_MEMORY,
        region=stack.region,
        quantity=hours * gigabytes,
        most=most * gigabytes,
        how=f"{count} x {gigabytes:g} GB x {HOURS_PER_MONTH} hours",
    )
    storage = fields.child("EphemeralStorage").number("SizeInGiB", FARGATE_FREE_STORAGE_GB)
    if storage > FARGATE_FREE_STORAGE_GB:
        extra = storage - FARGATE_FREE_STORAGE_GB
        yield priced(
            *(TASKS, "Fargate storage", name),
            price=FARGATE_STORAGE,
            region=stack.region,
            quantity=hours * extra,
            most=most * extra,
            how=f"{count} x {extra:g} GB above {FARGATE_FREE_STORAGE_GB} GB x "
            f"{HOURS_PER_MONTH} hours",
        )


def _not_priced(service: Service) -> str:
    if service.on_spot:
        return "no price for Fargate Spot: it changes"
    return "" if service.on_fargate else "no price for the instances that its tasks run on"
