"""Decides conditions by the results of their comparisons, and chooses results to examine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, TypeAlias, cast

from payment_templates.cloudformation import Unknown, references_in
from payment_templates.cloudformation.evaluation.conditions import Judge, comparison_text
from payment_templates.cloudformation.references import calls_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Parameter, Stack, Template

# The results of comparisons, such as Fn::Equals, by their text.
Results: TypeAlias = "Mapping[str, bool]"
_COMPARING = frozenset({"Fn::Equals", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"})
# Of more assignments, only those with few changes are examined.
MOST_ASSIGNMENTS = 1024
_MOST_CHANGED = 3


@dataclass(frozen=True, kw_only=True)
class ConditionResults:
    """The conditions of a stack as functions of the results of comparisons."""

    template: Template
    # Every comparison in the conditions, by its text.
    comparisons: Mapping[str, object]
    # The results that the values of the parameters decide.
    known: Results
    # The decisions so far: by condition, with the results that matter to it.
    _decisions: dict[tuple[object, ...], bool | None] = field(
        default_factory=dict[tuple[object, ...], "bool | None"], init=False, repr=False
    )
    _behind: dict[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]], init=False, repr=False
    )

    def decides(self, name: str, results: Results) -> bool | None:
        """Return the value of a condition with these results; None if it is undecided."""
        if name not in self._behind:
            self._behind[name] = self.behind([name])
        key = (name, *(results.get(text) for text in self._behind[name]))
        if key not in self._decisions:
            self._decisions[key] = self._holds({"Condition": name}, results, self.known, ())
        return self._decisions[key]

    def behind(self, names: Iterable[str]) -> frozenset[str]:
        """Return the texts of the comparisons that decide conditions, also through others."""
        found: set[str] = set()
        pending, seen = [*names], set[str]()
        while pending:
            name = pending.pop()
            if name in seen or name not in self.template.conditions:
                continue
            seen.add(name)
            for function, operands in calls_in(self.template.conditions[name].expression):
                if function in _COMPARING:
                    found.add(comparison_text({function: operands}))
                elif function == "Condition":
                    pending.append(str(operands))
        return frozenset(found)

    def refuses(self, results: Results) -> bool:
        """Return whether a rule refuses these results, whatever the other results are."""
        if not self.template.rules:
            return False
        constant = {
            text: it
            for text, it in self.known.items()
            if not [*references_in(self.comparisons.get(text))]
        }
        for rule in self.template.rules.values():
            applies = rule.condition is None or self._holds(rule.condition, results, constant, ())
            if applies and any(
                self._holds(it.expression, results, constant, ()) is False for it in rule.assertions
            ):
                return True
        return False

    def _holds(
        self, node: object, results: Results, known: Results, inside: tuple[str, ...]
    ) -> bool | None:
        function, operands = _call(node)
        match function, operands:
            case "Condition", [str(name)] if name in self.template.conditions:
                if name in inside:
                    return None
                expression = self.template.conditions[name].expression
                return self._holds(expression, results, known, (*inside, name))
            case "Fn::Not", [operand]:
                found = self._holds(operand, results, known, inside)
                return None if found is None else not found
            case (("Fn::And" | "Fn::Or"), _):
                decisive = function == "Fn::Or"
                values = {self._holds(it, results, known, inside) for it in operands}
                if decisive in values:
                    return decisive
                return None if None in values else not decisive
            case _:
                text = comparison_text(node)
                return results.get(text, known.get(text))


def results_of(stack: Stack) -> ConditionResults:
    """Return the conditions of a stack as functions of their comparisons."""
    comparisons = {
        comparison_text(it): it
        for condition in stack.template.conditions.values()
        for function, operands in calls_in(condition.expression)
        if function in _COMPARING
        for it in ({function: operands},)
    }
    judge = Judge(stack.evaluator(with_resources=False), {})
    decided = {text: judge.holds(it) for text, it in comparisons.items()}
    known = {text: it for text, it in decided.items() if not isinstance(it, Unknown)}
    return ConditionResults(template=stack.template, comparisons=comparisons, known=known)


@dataclass(frozen=True, kw_only=True)
class Switch:
    """Comparisons whose results depend on each other: what equals one text equals no other."""

    # The possible results together; the current one first, if it is known.
    options: tuple[Results, ...]
    is_known: bool
    # The parameters and pseudo parameters that decide it.
    names: frozenset[str]

    @property
    def texts(self) -> frozenset[str]:
        """The texts of the comparisons."""
        return frozenset(self.options[0])


def switches_of(old: ConditionResults, new: ConditionResults) -> tuple[Switch, ...]:
    """Return the switches of two templates, whose conditions have the same parameters."""
    groups: dict[str, dict[str, str]] = {}
    everywhere = {**new.comparisons, **old.comparisons}
    for text, comparison in everywhere.items():
        if [*references_in(comparison)]:
            subject, value = _sides(comparison) or (text, "")
            groups.setdefault(subject, {})[text] = value
    return tuple(
        _switch(texts, _parameter(subject, old.template, new.template), old, new)
        for subject, texts in groups.items()
    )


def _switch(
    texts: Mapping[str, str],
    parameter: Parameter | None,
    old: ConditionResults,
    new: ConditionResults,
) -> Switch:
    none = dict.fromkeys(texts, False)
    known = {**new.known, **old.known}
    # As the stack is, even if its parameter does not accept the value.
    current = {text: known[text] for text in texts if text in known}
    is_known = len(current) == len(texts)
    if not is_known and True in current.values():
        current, is_known = {**none, **current}, True
    accepted = [it for it in texts if not (parameter and parameter.problem(texts[it]))]
    options = [{**none, text: True} for text in accepted]
    if not (parameter and parameter.allowed_values) or not {*parameter.allowed_values} <= {
        *texts.values()
    }:
        options.insert(0, none)
    if is_known:
        options = [current, *(it for it in options if it != current)]
    comparisons = [{**new.comparisons, **old.comparisons}[text] for text in texts]
    return Switch(
        options=tuple(options or [none]),
        is_known=is_known,
        names=frozenset(references_in(comparisons)),
    )


def _parameter(subject: str, *templates: Template) -> Parameter | None:
    """Return the parameter that a comparison is about, if its value is the one that is given."""
    match json.loads(subject) if subject.startswith("{") else None:
        case {"Ref": str(name)}:
            found = next((it.parameters[name] for it in templates if name in it.parameters), None)
            return found if found and not found.is_stored else None
        case _:
            return None


def _call(node: object) -> tuple[str, list[object]]:
    """Return the name and the operands of a function; ("", []) for anything else."""
    if not isinstance(node, dict) or len(cast("dict[str, object]", node)) != 1:
        return "", []
    ((function, operands),) = cast("dict[str, object]", node).items()
    return function, cast("list[object]", operands if isinstance(operands, list) else [operands])


def _sides(comparison: object) -> tuple[str, str] | None:
    """Return what an Fn::Equals compares, and the text that it compares it with."""
    match cast("Mapping[str, list[object]]", comparison).get("Fn::Equals"):
        case [str(text), other] | [other, str(text)]:
            return json.dumps(other, sort_keys=True), text
        case _:
            return None


def assignments(
    switches: Sequence[Switch], *, partial: bool = False
) -> tuple[list[tuple[int, dict[str, bool]]], bool]:
    """Return results of the switches, those with the fewest changes first, and if these are all.

    Each has the number of switches that change. With `partial`, an unknown switch may stay so.
    """
    nothing: tuple[Results, ...] = ({},)
    choices = [(*(nothing if partial and not it.is_known else ()), *it.options) for it in switches]
    starts = [it.is_known or partial for it in switches]
    is_complete = prod(map(len, choices)) <= MOST_ASSIGNMENTS
    indexes = product(*map(range, map(len, choices))) if is_complete else _few(choices)
    found = [
        (
            sum(bool(index) or not start for index, start in zip(chosen, starts, strict=True)),
            {
                text: result
                for index, options in zip(chosen, choices, strict=True)
                for text, result in options[index].items()
            },
        )
        for chosen in indexes
    ]
    return sorted(found, key=lambda it: it[0]), is_complete


def _few(choices: Sequence[Sequence[object]]) -> Iterator[tuple[int, ...]]:
    """Yield the positions of choices of which at most a few are not the first."""
    places = range(len(choices))
    count = 0
    for changed in range(_MOST_CHANGED + 1):
        for chosen in combinations(places, changed):
            for positions in product(*(range(1, len(choices[it])) for it in chosen)):
                count += 1
                if count > MOST_ASSIGNMENTS:
                    return
                others = dict(zip(chosen, positions, strict=True))
                yield tuple(others.get(it, 0) for it in places)


def behind(switches: Iterable[Switch], texts: Collection[str]) -> tuple[Switch, ...]:
    """Return the switches with one of these comparisons."""
    return tuple(it for it in switches if not it.texts.isdisjoint(texts))
