"""Finds required creation dependencies, and which of them the template lacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.deployment.order.attachments import attachment_needs
from payment_templates.evidence.deployment.order.databases import (
    database_needs,
    global_needs,
    rotation_needs,
    secret_needs,
)
from payment_templates.evidence.deployment.order.needs import Need, Order, Unmet
from payment_templates.evidence.deployment.order.pairs import paired_needs, scaling_needs
from payment_templates.evidence.deployment.order.role_policies import policy_needs
from payment_templates.evidence.deployment.order.service import (
    capacity_needs,
    listener_needs,
    source_needs,
)
from payment_templates.evidence.deployment.order.task_network import network_needs, rule_needs
from payment_templates.evidence.reuse import interned, reused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

    _ReadStack: TypeAlias = Callable[[Stack, Order], Iterator[Need]]
    _ReadServices: TypeAlias = Callable[[Topology, tuple[Service, ...], Order], Iterator[Need]]

_OF_STACK = (
    *(paired_needs, attachment_needs, scaling_needs, policy_needs),
    *(listener_needs, capacity_needs, rotation_needs, global_needs),
)
_OF_SERVICES = (network_needs, rule_needs, source_needs, database_needs, secret_needs)


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The required dependencies, those that the template lacks, and what it does not decide."""

    found: tuple[Need, ...]
    unmet: tuple[Unmet, ...]
    # The first value that the template does not decide and that a need depends on.
    undecided: UnexpectedValueError | None


# Compared by identity: stacks share what they read alike.
@dataclass(frozen=True, kw_only=True, eq=False)
class _Reading:
    """What one reader found."""

    needs: tuple[Need, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All resources that need something, and all that they need."""
        return tuple(
            dict.fromkeys(name for need in self.needs for name in (need.waits, *need.needed))
        )


def needs_of(topology: Topology) -> Needs:
    """Return every need, without those that depend on an unknown value."""
    stack = topology.stack
    readings = [_of_stack(stack, read) for read in _OF_STACK]
    if stack.of_type("AWS::ECS::Service"):
        readings += [_of_services(topology, read) for read in _OF_SERVICES]
    known = tuple(reading for reading in readings if isinstance(reading, _Reading))
    undecided = (reading for reading in readings if not isinstance(reading, _Reading))
    found = _together(stack, known)
    unmet = reused(stack, lambda: _unmet(stack, found), found)
    return Needs(found=found.needs, unmet=unmet, undecided=next(undecided, None))


def _of_stack(stack: Stack, read: _ReadStack) -> _Reading | UnexpectedValueError:
    def reading() -> _Reading:
        return _reading(stack, read(stack, Order(stack=stack)))

    try:
        return reused(stack, reading, read)
    except UnexpectedValueError as error:
        return error.with_traceback(None)


def _of_services(topology: Topology, read: _ReadServices) -> _Reading | UnexpectedValueError:
    """Return the needs of the services, which depend on what the services are, not on the stack."""
    stack = topology.stack
    try:
        services = topology.services

        def reading() -> _Reading:
            return _reading(stack, read(topology, services, Order(stack=stack)))

        return reused(stack, reading, read, services)
    except UnexpectedValueError as error:
        return error.with_traceback(None)


def _reading(stack: Stack, found: Iterator[Need]) -> _Reading:
    needs = tuple(dict.fromkeys(found))
    return interned(stack, _Reading(needs=needs), needs)


def _together(stack: Stack, readings: tuple[_Reading, ...]) -> _Reading:
    """Return all needs, each once."""

    def needs() -> _Reading:
        return _reading(stack, (need for reading in readings for need in reading.needs))

    return reused(stack, needs, readings)


def _unmet(stack: Stack, found: _Reading) -> tuple[Unmet, ...]:
    """Return the unmet needs, the same object for orders that agree on all that is needed."""
    order = Order(stack=stack)
    before = tuple(map(order.before, found.names))
    known: dict[object, tuple[Unmet, ...]] = stack.template.memo.setdefault(("unmet",), {})
    if (found, before) not in known:
        known[found, before] = tuple(order.unmet(found.needs))
    return known[found, before]
