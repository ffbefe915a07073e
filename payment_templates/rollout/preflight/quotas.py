"""Checks that the account's quotas have room for one more stack, or for what an update adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import properties_of
from payment_templates.rollout import clients
from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.finding import Finding, fine, refused, run_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from boto3 import Session

    from payment_templates.cloudformation import Properties, Stack, Value
    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.preflight.updates.stack_change import StackChange

_SERVICE, _DEFINITION = "AWS::ECS::Service", "AWS::ECS::TaskDefinition"
_SCALABLE_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
# Amazon ECS Developer Guide, "Task size": 1,024 CPU units are one vCPU.
_UNITS_PER_VCPU = 1024
# The default of MaximumPercent: DeploymentConfiguration of the ECS API.
_MOST_PERCENT = 200.0


@dataclass(frozen=True, kw_only=True)
class _Quota:
    what: str
    # The codes of Service Quotas.
    service: str
    code: str
    needed: float
    used: Callable[[], float]


def check_quotas(session: Session, change: StackChange) -> Iterator[Finding]:
    """Check the quotas that one more stack, or an update, uses; an update often needs none.

    A resource that an update replaces counts once: only its change set shows that it is replaced.
    """
    region = change.planned.region
    for quota in _quotas(session, change):
        if change.running is not None and quota.needed <= 0:
            continue

        def check(quota: _Quota = quota) -> Iterator[Finding]:
            yield _check(session, region, quota)

        yield from run_check(region, f"quota of {quota.what}", check)


def check_task_quota(session: Session, change: StackChange) -> Iterator[Finding]:
    """Check only the quota that the tasks of a stack use."""
    region = change.planned.region
    (quota,) = (one for one in _quotas(session, change) if one.service == "fargate")
    yield from run_check(region, f"quota of {quota.what}", lambda: [_check(session, region, quota)])


def added_resources(change: StackChange) -> Counter[str]:
    """Count, by type, the resources that a creation or an update adds."""
    more = _counts(change.planned)
    if change.running is not None:
        more.subtract(_counts(change.running))
    return more


def running_vcpus(session: Session, region: str) -> float:
    """Count the vCPUs of the tasks that currently run on Fargate."""
    client = clients.ecs(session, region)
    units = 0.0
    clusters = client.get_paginator("list_clusters").paginate()
    for cluster in (arn for page in clusters for arn in page["clusterArns"]):
        for page in client.get_paginator("list_tasks").paginate(
            cluster=cluster, launchType="FARGATE"
        ):
            if page["taskArns"]:
                tasks = client.describe_tasks(cluster=cluster, tasks=page["taskArns"])["tasks"]
                units += sum(float(task.get("cpu", 0)) for task in tasks)
    return units / _UNITS_PER_VCPU


def _quotas(session: Session, change: StackChange) -> Iterator[_Quota]:
    region = change.planned.region
    ec2 = clients.ec2(session, region)
    more = added_resources(change)
    yield _Quota(
        what="VPCs",
        service="vpc",
        code="L-F678F1CE",
        needed=more["AWS::EC2::VPC"],
        used=lambda: len(ec2.describe_vpcs()["Vpcs"]),
    )
    yield _Quota(
        what="elastic IP addresses",
        service="ec2",
        code="L-0263D0A3",
        needed=more["AWS::EC2::EIP"],
        used=lambda: len(ec2.describe_addresses()["Addresses"]),
    )
    yield _Quota(
        what="stacks",
        service="cloudformation",
        code="L-0485CB21",
        needed=0 if change.running is not None else 1,
        used=lambda: _stacks(session, region),
    )
    yield _Quota(
        what="Fargate vCPUs",
        service="fargate",
        code="L-3032A538",
        needed=_vcpus(change),
        used=lambda: running_vcpus(session, region),
    )


def _check(session: Session, region: str, quota: _Quota) -> Finding:
    shown = clients.quotas(session, region).get_service_quota(
        ServiceCode=quota.service, QuotaCode=quota.code
    )["Quota"]
    most = shown.get("Value", 0.0)
    used = quota.used()
    counts = f"{quota.what}: {used:g} of {most:g} used, {quota.needed:g} needed"
    if used + quota.needed <= most:
        return fine(region, counts)
    return refused(
        region, counts, f"request an increase in Service Quotas ({quota.service}, {quota.code})"
    )


def _stacks(session: Session, region: str) -> float:
    pages = clients.cloudformation(session, region).get_paginator("describe_stacks").paginate()
    return sum(len(page["Stacks"]) for page in pages)


def _counts(planned: PlannedStack) -> Counter[str]:
    return Counter(resource.type for resource in planned.stack.resources.values())


def _vcpus(change: StackChange) -> float:
    if change.running is not None and _tasks(change.planned) == _tasks(change.running):
        # The update starts no tasks.
        return 0
    definitions = change.planned.stack.of_type(_DEFINITION)
    units = max((_number(one.properties, "Cpu") for one in definitions), default=0.0)
    return sum(
        max(
            0.0,
            _most_tasks(change.planned.stack, service.properties)
            - _running_tasks(change, service.logical_id),
        )
        * units
        / _UNITS_PER_VCPU
        for service in change.planned.stack.of_type(_SERVICE)
    )


def _tasks(planned: PlannedStack) -> Mapping[str, Mapping[str, Value]]:
    found = planned.stack.of_type(_SERVICE, _DEFINITION)
    return {resource.logical_id: resource.properties.entries for resource in found}


def _most_tasks(stack: Stack, service: Properties) -> float:
    # While a service is created or updated it runs up to MaximumPercent of its tasks.
    percent = _number(_deployment(service), "MaximumPercent", _MOST_PERCENT)
    return _wanted_tasks(stack, service) * percent / 100


def _wanted_tasks(stack: Stack, service: Properties) -> float:
    if "DesiredCount" in service:
        return _number(service, "DesiredCount")
    # Application Auto Scaling raises the number to its minimum: RegisterScalableTarget.
    return max(
        (
            _number(target.properties, "MinCapacity")
            for target in stack.of_type(_SCALABLE_TARGET)
            if known_text(target.properties, "ScalableDimension") == "ecs:service:DesiredCount"
        ),
        default=0.0,
    )


def _running_tasks(change: StackChange, logical_id: str) -> float:
    # These count as used already.
    service = change.running and change.running.stack.resources.get(logical_id)
    if not (service and change.running):
        return 0.0
    return _wanted_tasks(change.running.stack, service.properties)


def _deployment(service: Properties) -> Properties:
    shape = service.get("DeploymentConfiguration")
    known: Mapping[str, Value] = shape if isinstance(shape, Mapping) else {}
    return properties_of(known, f"{service.place}.DeploymentConfiguration")


def _number(properties: Properties, name: str, otherwise: float = 0.0) -> float:
    # What only AWS knows, or would refuse, counts as absent.
    try:
        return float(known_text(properties, name) or otherwise)
    except ValueError:
        return otherwise
