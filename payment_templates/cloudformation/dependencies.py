"""Reads the dependencies between resources: creation order, dependents, critical path."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation.references import conditions_in, references_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation.template import Resource, Template
    from payment_templates.cloudformation.values import Decision


@dataclass(frozen=True, kw_only=True, eq=False)
class Dependencies:
    """The graph of a template's resources: each waits for those that it refers to.

    CloudFormation counts Ref, Fn::GetAtt and Fn::Sub in every attribute of a resource, and
    DependsOn: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
    """

    # The direct dependencies of each resource, without itself.
    direct: Mapping[str, frozenset[str]]
    # The resources that refer to themselves.
    circular: frozenset[str]
    # The sets of resources that the graphs of the template share.
    known: dict[frozenset[str], frozenset[str]] = field(
        default_factory=dict[frozenset[str], frozenset[str]], repr=False
    )

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The circular dependencies, each a group of resources; CloudFormation refuses them."""
        own = ((name,) for name in self.direct if name in self.circular)
        return (*own, *_cycles(self.direct))

    def before(self, logical_id: str) -> frozenset[str]:
        """Return everything that must exist before a resource, directly or indirectly."""
        direct = self.direct.get(logical_id, frozenset())
        if direct not in self._before:
            found = _reached(self.direct, direct)
            self._before[direct] = self.known.setdefault(found, found)
        return self._before[direct]

    @cached_property
    def _before(self) -> dict[frozenset[str], frozenset[str]]:
        """What is before all resources with the same direct dependencies."""
        return {}

    def after(self, logical_id: str) -> frozenset[str]:
        """Return everything that waits for a resource, directly or indirectly."""
        return _reached(self.dependents, self.dependents.get(logical_id, frozenset()))

    @cached_property
    def dependents(self) -> Mapping[str, frozenset[str]]:
        """The direct dependents of each resource."""
        found: dict[str, set[str]] = {name: set() for name in self.direct}
        for name, needed in self.direct.items():
            for other in needed:
                found[other].add(name)
        sets = map(frozenset[str], found.values())
        return dict(zip(found, (self.known.setdefault(it, it) for it in sets), strict=True))

    @cached_property
    def creation_order(self) -> tuple[tuple[str, ...], ...]:
        """The resources in waves: each wave can be created when the previous one is complete.

        Resources in a cycle, or that depend on one, are omitted: they are never created.
        """
        waiting = {name: len(needed) for name, needed in self.direct.items()}
        wave = [name for name, count in waiting.items() if not count]
        if self.circular:
            wave = [name for name in wave if name not in self.circular]
            waiting.update(dict.fromkeys(self.circular, -1))
        waves: list[tuple[str, ...]] = []
        while wave:
            waves.append(tuple(wave))
            following: list[str] = []
            for name in wave:
                for other in sorted(self.dependents[name]):
                    waiting[other] -= 1
                    if waiting[other] == 0:
                        following.append(other)
            wave = following
        return tuple(waves)

    def finish_times(self, durations: Mapping[str, float]) -> Mapping[str, float]:
        """Return after how many seconds each resource is complete; durations default to 0."""
        done: dict[str, float] = {}
        for wave in self.creation_order:
            for name in wave:
                start = max((done[other] for other in self.direct[name]), default=0.0)
                done[name] = start + durations.get(name, 0.0)
        return done

    def critical_path(self, durations: Mapping[str, float]) -> tuple[str, ...]:
        """Return the dependency chain that takes longest, in the order of creation."""
        done = self.finish_times(durations)
        if not done:
            return ()
        path = [max(done, key=lambda name: done[name])]
        while needed := self.direct[path[-1]]:
            path.append(max(sorted(needed), key=lambda name: done[name]))
        return tuple(reversed(path))


def dependencies(
    template: Template, conditions: Mapping[str, Decision] | None = None
) -> Dependencies:
    """Read the graph from a template.

    With the conditions of a stack, resources that are not created and branches that do not apply
    are omitted; undecided ones are included.
    """
    known = conditions or {}
    resources = {
        name: resource
        for name, resource in template.resources.items()
        if resource.condition is None or known.get(resource.condition) is not False
    }
    named = {name: _named(template, it, conditions) for name, it in resources.items()}
    # Stacks with equal references share the graph.
    key = ("dependencies", tuple(named), tuple(named.values()))
    if key not in template.memo:
        template.memo[key] = _graph(named, template.memo.setdefault(("direct",), {}))
    return cast("Dependencies", template.memo[key])


def _graph(
    named: Mapping[str, frozenset[str]], known: dict[frozenset[str], frozenset[str]]
) -> Dependencies:
    """Build the graph; `known` has the sets of all graphs of the template, so that they share."""
    names = frozenset(named)
    inside = {name: others & names for name, others in named.items()}
    direct = {name: others - {name} for name, others in inside.items()}
    return Dependencies(
        direct={name: known.setdefault(others, others) for name, others in direct.items()},
        circular=frozenset(name for name, others in inside.items() if name in others),
        known=known,
    )


def _named(
    template: Template, resource: Resource, conditions: Mapping[str, Decision] | None
) -> frozenset[str]:
    """Return what a resource refers to, cached by the conditions that it depends on."""
    memo = template.memo
    deciding = ("deciding", resource.logical_id)
    if deciding not in memo:
        memo[deciding] = tuple(dict.fromkeys(conditions_in([*resource.expressions])))
    decisions = () if conditions is None else (repr(conditions.get(it)) for it in memo[deciding])
    key = ("named", resource.logical_id, conditions is None, *decisions)
    if key not in memo:
        named = references_in([*resource.expressions], conditions)
        memo[key] = frozenset((*resource.depends_on, *named))
    return cast("frozenset[str]", memo[key])


def _reached(edges: Mapping[str, frozenset[str]], start: frozenset[str]) -> frozenset[str]:
    found = set(start)
    pending = [*start]
    while pending:
        further = edges.get(pending.pop(), frozenset()) - found
        found |= further
        pending += further
    return frozenset(found)


def _cycles(edges: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the groups of resources that wait for each other (Kosaraju's algorithm)."""
    backward: dict[str, list[str]] = {name: [] for name in edges}
    for name, others in edges.items():
        for other in others:
            backward[other].append(name)
    seen: set[str] = set()
    for start in reversed(_finished(edges)):
        group: list[str] = []
        pending = [start]
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                group.append(name)
                pending += backward[name]
        if len(group) > 1:
            yield tuple(sorted(group))


def _finished(edges: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the resources in depth-first post-order."""
    seen: set[str] = set()
    done: list[str] = []
    for start in edges:
        pending = [(start, False)]
        while pending:
            name, left = pending.pop()
            if left:
                done.append(name)
            elif name not in seen:
                seen.add(name)
                pending.append((name, True))
                pending += [(other, False) for other in edges[name] if other not in seen]
    return done
