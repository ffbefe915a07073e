"""Chooses the situations in which two templates are compared: new defaults, other conditions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from payment_templates.cloudformation import evaluate
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.condition_results import (
    ConditionResults,
    Switch,
    assignments,
    behind,
    results_of,
    switches_of,
)
from payment_templates.report.comparison.differing_parts import (
    Part,
    differing_parts,
    referring_parts,
)
from payment_templates.report.comparison.resources import changed_resources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from payment_templates.cloudformation import Stack, Template
    from payment_templates.report.comparison.change import ResourceChange
    from payment_templates.report.comparison.condition_results import Results

_BEFORE = " of the old template"
_AND = " and "
# Each takes a few milliseconds.
_MOST_OF_PART = 64
_MOST_SITUATIONS = 256
# A replacement is followed through this many references.
_MOST_STEPS = 4
_REPLACED = (Effect.REPLACED, Effect.MAY_REPLACE)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The two stacks with some values of parameters and conditions, and what changes."""

    # "" as the stack is.
    when: str
    before: Stack
    after: Stack
    changes: tuple[ResourceChange, ...]
    # What is assumed: the results of comparisons, and the parameters that take a new default.
    results: Results = field(default_factory=dict[str, bool])
    taken: tuple[str, ...] = ()

    @cached_property
    def replaced(self) -> frozenset[str]:
        """The resources that are or may be replaced."""
        return frozenset(it.logical_id for it in self.changes if it.effect in _REPLACED)


@dataclass(frozen=True, kw_only=True)
class Situations:
    """The situations in which two templates are compared, the one of the stack first."""

    found: tuple[Situation, ...]
    # The resources of which not all combinations of conditions are examined.
    left_out: tuple[str, ...]


def situations(
    before: Template, after: Template, region: str, given: Mapping[str, str]
) -> Situations:
    """Compare both templates as they are, with new defaults, and with other conditions.

    Each condition is turned alone, also an undecided one both ways; those that decide one property
    together, or a resource and what it refers to, in all combinations. A condition is turned
    through the comparisons of parameters in its definition, which decide the conditions of both
    templates, whatever their names.
    """
    return _Search(before, after, region, given).examine()


def with_kept_values(before: Template, after: Template) -> Template:
    """Return the new template with the defaults of the old one, which the stack keeps.

    A parameter without an old default keeps a value that is not known. A default that the new
    template refuses cannot be kept: its own default takes its place.
    """
    kept = {
        name: parameter
        if known is None or (known.default is not None and parameter.problem(known.default))
        else replace(parameter, default=known.default)
        for name, parameter in after.parameters.items()
        for known in (before.parameters.get(name),)
    }
    return after if kept == after.parameters else replace(after, parameters=kept, memo={})


def with_new_defaults(before: Template, after: Template) -> Template:
    """Return the new template with the old default of each parameter that no longer has one."""
    kept = {
        name: replace(parameter, default=known.default)
        if known and parameter.default is None
        else parameter
        for name, parameter in after.parameters.items()
        for known in (before.parameters.get(name),)
    }
    return after if kept == after.parameters else replace(after, parameters=kept, memo={})


class _Search:
    """Examines situations until every combination that may matter is covered."""

    def __init__(
        self, before: Template, after: Template, region: str, given: Mapping[str, str]
    ) -> None:
        self._templates = (before, with_kept_values(before, after))
        self._region = region
        self._given = given
        self._new_defaults = {
            name: parameter.default
            for name, parameter in after.parameters.items()
            for known in (before.parameters.get(name),)
            if known and name not in given and parameter.default is not None
            if parameter.default != known.default
        }
        self._found: list[Situation] = []
        self._left_out: dict[str, None] = {}
        # What decides each resource that may differ.
        self._deciding: dict[str, Part] = {}
        self._sides: dict[tuple[str, ...], tuple[ConditionResults, ConditionResults]] = {}
        self._switches: dict[tuple[str, ...], tuple[Switch, ...]] = {}

    def examine(self) -> Situations:
        """Examine the stack as it is, then the others: those with fewer assumptions first."""
        self._add("", {})
        for name in self._new_defaults:
            self._add(_takes(name), {}, (name,))
        self._turn_each()
        parts = [*differing_parts(*self._templates, self._region, self._new_defaults)]
        for part in parts:
            known = self._deciding.setdefault(part.name, part)
            if not (part.old <= known.old and part.new <= known.new):
                self._deciding[part.name] = replace(
                    part, old=part.old | known.old, new=part.new | known.new
                )
        for part, names in _distinct(parts):
            taken = tuple(sorted(part.parameters & self._new_defaults.keys()))
            for defaults in ((), taken) if taken else ((),):
                self._combine(part, names, defaults)
        self._follow()
        return Situations(found=tuple(self._found), left_out=tuple(self._left_out))

    def _turn_each(self) -> None:
        """Turn each condition with the fewest changed comparisons, an undecided one both ways."""
        old, new = self._conditions(())
        switches = switches_of(old, new)
        seen: list[Results] = [{}]
        for side, other, suffix in ((new, old, ""), (old, new, _BEFORE)):
            for name in side.template.conditions:
                current = side.decides(name, {})
                for turned in (True, False) if current is None else (not current,):
                    results = self._turning(side, other, name, switches, turned=turned)
                    if results is not None and results not in seen:
                        seen.append(results)
                        self._add(f"{_said(name, value=turned)}{suffix}", results)

    def _turning(
        self,
        side: ConditionResults,
        other: ConditionResults,
        name: str,
        switches: Collection[Switch],
        *,
        turned: bool,
    ) -> Results | None:
        """Return the fewest results that turn a condition; None if it is constant.

        Of several, those with which the other template decides the condition otherwise.
        """
        chosen = behind(switches, side.behind([name]))
        found, is_complete = assignments(chosen, partial=True)
        turning = [pair for pair in found if side.decides(name, pair[1]) is turned]
        if not turning and not is_complete:
            self._left_out[name] = None
        fewest = [it for count, it in turning if count == turning[0][0]]
        differing = (
            it
            for it in fewest
            if name in other.template.conditions and other.decides(name, it) is not turned
        )
        return next(differing, fewest[0] if fewest else None)

    def _combine(
        self,
        part: Part,
        names: Collection[str],
        taken: tuple[str, ...],
        start: tuple[Situation, str] | None = None,
    ) -> None:
        """Examine each combination of the conditions of a part that no situation has yet.

        With a start, only those with which its resource is decided as in its situation.
        """
        old, new = self._conditions(taken)
        known = [it for it in self._found if it.taken == taken]
        decided: Part | None = None
        wanted: tuple[bool | None, ...] = ()
        if start:
            decided = self._deciding.get(start[1], part)
            wanted = _outcome(decided, old, new, start[0].results)
            known = [it for it in known if _outcome(decided, old, new, it.results) == wanted]
            part = replace(part, old=part.old | decided.old, new=part.new | decided.new)
        seen = {_outcome(part, old, new, it.results) for it in known}
        choices, is_complete = self._choices(part, taken)
        count = 0
        for _, results in choices:
            outcome = _outcome(part, old, new, results)
            if outcome in seen or old.refuses(results):
                continue
            if decided and _outcome(decided, old, new, results) != wanted:
                continue
            seen.add(outcome)
            count += 1
            if count > _MOST_OF_PART or len(self._found) >= _MOST_SITUATIONS:
                is_complete = False
                break
            self._add(self._label(part, results, taken), results, taken)
        if not is_complete:
            self._left_out |= dict.fromkeys(names)

    def _choices(
        self, part: Part, taken: tuple[str, ...]
    ) -> tuple[list[tuple[int, dict[str, bool]]], bool]:
        """Return the results that may decide the conditions of a part, and if these are all."""
        old, new = self._conditions(taken)
        texts = old.behind(part.old) | new.behind(part.new)
        # A new default decides its comparisons itself.
        if taken not in self._switches:
            self._switches[taken] = switches_of(old, new)
        switches = [it for it in self._switches[taken] if it.names.isdisjoint(taken)]
        return assignments(behind(switches, texts))

    def _follow(self) -> None:
        """Combine what replaces a resource with what decides the references to it."""
        referring = referring_parts(*self._templates)
        followed: set[tuple[str, int]] = set()
        for _ in range(_MOST_STEPS):
            pending = [
                (name, situation)
                for name in self._templates[1].resources
                for situation in self._least(name)
                if (name, id(situation)) not in followed
            ]
            if not pending:
                return
            for name, situation in pending:
                followed.add((name, id(situation)))
                for part, names in _distinct(referring.get(name, [])):
                    self._combine(part, names, situation.taken, (situation, name))
        self._left_out |= {
            name: None
            for name in self._templates[1].resources
            for situation in self._least(name)
            if (name, id(situation)) not in followed
        }

    def _least(self, name: str) -> Iterator[Situation]:
        """Yield the situations in which a resource is replaced, without those that assume more."""
        found: list[Situation] = []
        for it in self._found:
            if name in it.replaced and not any(
                other.results.items() <= it.results.items() and {*other.taken} <= {*it.taken}
                for other in found
            ):
                found.append(it)
                yield it

    def _label(self, part: Part, results: Results, taken: tuple[str, ...]) -> str:
        """Name the conditions of a part that are not as in the stack."""
        old, new = self._conditions(taken)
        found = [*map(_takes, taken)]
        for side, other, names in ((new, old, part.new), (old, new, part.old)):
            for name in (it for it in side.template.conditions if it in names):
                value = side.decides(name, results)
                if value is None or value is side.decides(name, {}):
                    continue
                is_same = name in other.template.conditions and (
                    other.decides(name, results) is value
                )
                suffix = _BEFORE if side is old and not is_same else ""
                found.append(f"{_said(name, value=value)}{suffix}")
        return _AND.join(dict.fromkeys(found))

    def _conditions(self, taken: tuple[str, ...]) -> tuple[ConditionResults, ConditionResults]:
        """Return the conditions of both templates, if parameters take their new defaults."""
        if taken not in self._sides:
            old, new = self._stacks(taken, None)
            self._sides[taken] = (results_of(old), results_of(new))
        return self._sides[taken]

    def _stacks(self, taken: tuple[str, ...], results: Results | None) -> tuple[Stack, Stack]:
        before, after = self._templates
        values = {**self._given, **{name: self._new_defaults[name] for name in taken}}
        forced: list[Mapping[str, bool]] = [{}, {}]
        if results:
            forced = [
                {
                    name: it
                    for name in side.template.conditions
                    if (it := side.decides(name, results)) is not None
                }
                for side in self._conditions(taken)
            ]
        return (
            _stack(before, self._region, self._given, forced[0]),
            _stack(after, self._region, values, forced[1]),
        )

    def _add(self, when: str, results: Results, taken: tuple[str, ...] = ()) -> None:
        old, new = self._stacks(taken, results)
        self._found.append(
            Situation(
                when=when,
                before=old,
                after=new,
                changes=changed_resources(old, new),
                results=results,
                taken=taken,
            )
        )


def _outcome(
    part: Part, old: ConditionResults, new: ConditionResults, results: Results
) -> tuple[bool | None, ...]:
    """Return the values of the conditions of a part."""
    return tuple(
        side.decides(name, results)
        for side, names in ((old, part.old), (new, part.new))
        for name in sorted(names)
    )


def _distinct(parts: Collection[Part]) -> list[tuple[Part, list[str]]]:
    """Return one part for each set of conditions and parameters, with all names, few first."""
    found: dict[object, tuple[Part, list[str]]] = {}
    for it in parts:
        if it.old or it.new:
            found.setdefault((it.old, it.new, it.parameters), (it, []))[1].append(it.name)
    return sorted(found.values(), key=lambda pair: len(pair[0].old | pair[0].new))


def _said(name: str, *, value: bool) -> str:
    return name if value else f"not {name}"


def _takes(name: str) -> str:
    return f"{name} takes its new default"


def _stack(
    template: Template,
    region: str,
    values: Mapping[str, str],
    conditions: Mapping[str, bool] | None = None,
) -> Stack:
    known = {name: value for name, value in values.items() if name in template.parameters}
    # A value that the new template refuses is an error of the update, which preflight reports.
    return evaluate(template, region=region, parameters=known, conditions=conditions or {})
