"""Lists the incidents of a stack: every single fault, and every two of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.faults.effects import DATABASE, TASKS, effects_of, faults_of
from payment_templates.evidence.incidents.alerts import alerts_of
from payment_templates.evidence.incidents.joint_recovery import joint_recovery
from payment_templates.evidence.recovery.recovery import INFRASTRUCTURE, REGION, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from payment_templates.evidence.faults.effects import Effect, Fault
    from payment_templates.evidence.incidents.alerts import Alert
    from payment_templates.evidence.recovery.recovery import Recovery
    from payment_templates.evidence.topology import Topology

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One fault, or two at once: what is left, how the stack recovers, and who is alerted."""

    faults: tuple[Fault, ...]
    # Empty if the template does not decide it; `unknown` says why.
    effects: tuple[Effect, ...]
    # A region failure has a row for each situation, such as with a domain.
    recoveries: tuple[Recovery, ...]
    alerts: tuple[Alert, ...]
    unknown: str

    def __str__(self) -> str:
        return " and ".join(map(str, self.faults))


def incidents_of(topology: Topology, recoveries: Sequence[Recovery]) -> tuple[Incident, ...]:
    """Return the single faults in their order, then every pair within the region.

    `recoveries` are those of the examination of the same stack. A region failure includes every
    other fault. Raises UnexpectedValueError if the template does not decide the faults.
    """
    singles = faults_of(topology)
    pairs = combinations([fault for fault in singles if fault.kind != "region"], 2)
    return tuple(
        _incident(topology, faults, recoveries)
        for faults in (*((fault,) for fault in singles), *pairs)
    )


def _incident(
    topology: Topology, faults: tuple[Fault, ...], recoveries: Sequence[Recovery]
) -> Incident:
    unknown: list[str] = []
    return Incident(
        faults=faults,
        effects=_known(lambda: effects_of(topology, *faults), unknown),
        recoveries=_known(lambda: _recoveries(topology, faults, recoveries), unknown),
        alerts=_known(lambda: _alerts(topology, faults), unknown),
        unknown="; ".join(dict.fromkeys(unknown)),
    )


def _known(read: Callable[[], tuple[Found, ...]], unknown: list[str]) -> tuple[Found, ...]:
    """Return what is read; nothing if the template does not decide it, as `unknown` then says."""
    try:
        return read()
    except UnexpectedValueError as error:
        unknown.append(str(error))
        return ()


def _recoveries(
    topology: Topology, faults: tuple[Fault, ...], listed: Sequence[Recovery]
) -> tuple[Recovery, ...]:
    """Return the listed recoveries of a single fault, or the joint one."""
    found = tuple(it for it in listed if len(faults) == 1 and _is_of(it, faults[0]))
    return found or (joint_recovery(topology, faults),)


def _is_of(recovery: Recovery, fault: Fault) -> bool:
    if fault.kind == "zone":
        return recovery.kind == ZONE and recovery.fault == fault.name
    if fault.kind == "writer":
        return recovery.kind == INFRASTRUCTURE and recovery.fault == str(fault)
    if fault.kind == "task":
        return recovery.kind == INFRASTRUCTURE and recovery.fault.startswith("the host of a task")
    return fault.kind == "region" and recovery.kind == REGION


def _alerts(topology: Topology, faults: tuple[Fault, ...]) -> tuple[Alert, ...]:
    found = [
        alert
        for fault in faults
        for alert in alerts_of(topology, fault)
        if not _is_never_sent(topology, faults, alert)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda it: (bool(it.late), it.best_seconds)))


def _is_never_sent(topology: Topology, faults: tuple[Fault, ...], alert: Alert) -> bool:
    """Return whether several faults together prevent what a single one would report."""
    effects = {effect.tier: effect for effect in effects_of(topology, *faults)}
    if alert.waits_for_task and effects[TASKS].blocked:
        return True
    # A database without an instance cannot fail over, and sends no event about it.
    nothing_left = len(faults) > 1 and not effects[DATABASE].remains
    return nothing_left and "RDS-EVENT" in alert.how
