"""Evaluates the conditions and rules of a template."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation.properties import listed
from payment_templates.cloudformation.references import calls_in, conditions_in
from payment_templates.cloudformation.values import Decision, Unknown, Value, equal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from payment_templates.cloudformation.evaluation.evaluator import Evaluator
    from payment_templates.cloudformation.template import Json, Template

_NO_VALUE = {"Ref": "AWS::NoValue"}


def evaluate_conditions(
    evaluator: Evaluator,
    forced: Mapping[str, Decision],
    evaluate: Callable[[str, Mapping[str, Decision]], Decision],
) -> dict[str, Decision]:
    """Evaluate every condition of the template, except the forced ones.

    `evaluate` returns the value of a condition, given those of the conditions that it refers to.
    """
    template = evaluator.template
    known: dict[str, Decision] = dict(forced)
    for name, is_circular in _in_order(template, frozenset(forced)):
        if is_circular:
            evaluator.problem(f"the condition {name} depends on itself", "Conditions", name)
            known[name] = Unknown(reason=f"the condition {name} depends on itself")
        else:
            known[name] = evaluate(name, known)
    return {name: known[name] for name in template.conditions}


def _in_order(template: Template, known: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """Return the other conditions in dependency order, with whether one starts a cycle, cached."""
    key = ("conditions in order", known)
    if key not in template.memo:
        template.memo[key] = tuple(_ordered(template, {*known}))
    return cast("tuple[tuple[str, bool], ...]", template.memo[key])


def _ordered(template: Template, known: set[str]) -> Iterator[tuple[str, bool]]:
    # Without recursion: there may be very many.
    waiting: set[str] = set()
    for start in template.conditions:
        pending = [start]
        while pending:
            name = pending[-1]
            if name in known:
                pending.pop()
                continue
            open_ = [it for it in _needed(template, name) if it not in known]
            if open_ and name not in waiting:
                waiting.add(name)
                pending += open_
            else:
                # One that is waiting already depends on itself.
                yield name, bool(open_)
                known.add(name)


def _needed(template: Template, condition: str) -> list[str]:
    named = conditions_in(template.conditions[condition].expression)
    return [name for name in named if name in template.conditions]


@dataclass(frozen=True)
class Judge:
    """Evaluates condition functions, with the values of the conditions in `known`.

    `given` has results of comparisons, such as Fn::Equals, by `comparison_text`.
    """

    evaluator: Evaluator
    known: Mapping[str, Decision]
    given: Mapping[str, bool] = field(default_factory=dict[str, bool])

    def holds(self, expression: object, *path: str) -> Decision:
        """Return the value of a condition expression; `path` is its place in the template."""
        if self.given and (given := self.given.get(comparison_text(expression))) is not None:
            return given
        function, operands = _call(expression)
        match function, operands:
            case "Fn::Equals", [left, right]:
                return _same(self._value(left, path), self._value(right, path))
            case "Condition", [str(name)]:
                return self._named(name, path)
            case "Fn::Not" | "Fn::And" | "Fn::Or", [_, *_]:
                return self._logic(function, operands, path)
            case "Fn::Contains" | "Fn::EachMemberEquals" | "Fn::EachMemberIn", [_, _]:
                return self._membership(function, operands, path)
            case _:
                return self._no_condition(expression, path)

    def comparisons(self, expression: object, *path: str) -> Iterator[tuple[Value, Value]]:
        """Yield both evaluated sides of every comparison in an expression, at any depth."""
        for function, operand in calls_in(expression):
            match function, operand:
                case "Fn::Equals", [left, right]:
                    yield self._value(left, path), self._value(right, path)
                case "Fn::Contains", [choices, value]:
                    sought = self._value(value, path)
                    yield from ((one, sought) for one in listed(self._value(choices, path)))
                case _:
                    pass

    def _value(self, node: object, path: tuple[str, ...]) -> Value:
        return self.evaluator.value(node, *path)

    def _logic(self, function: str, operands: list[object], path: tuple[str, ...]) -> Decision:
        decisions = [self.holds(operand, *path) for operand in operands]
        if function == "Fn::And":
            return _all(decisions)
        if function == "Fn::Or":
            return _any(decisions)
        return decisions[0] if isinstance(decisions[0], Unknown) else not decisions[0]

    def _membership(self, function: str, operands: list[object], path: tuple[str, ...]) -> Decision:
        members, sought = (self._value(operand, path) for operand in operands)
        if isinstance(members, Unknown):
            return members
        if function == "Fn::Contains":
            return _contains(members, sought)
        if function == "Fn::EachMemberEquals":
            return _all([_same(member, sought) for member in listed(members)])
        return _all([_contains(sought, member) for member in listed(members)])

    def _named(self, name: str, path: tuple[str, ...]) -> Decision:
        if name in self.known:
            return self.known[name]
        self.evaluator.problem(f"the template has no condition {name}", *path)
        return Unknown(reason=f"the template has no condition {name}")

    def _no_condition(self, expression: object, path: tuple[str, ...]) -> Decision:
        function, _ = _call(expression)
        if function == "Fn::Transform" or (function and self.evaluator.template.macros):
            return Unknown(reason="a macro decides it")
        problem = f"{str(expression)[:80]} is not a condition"
        self.evaluator.problem(problem, *path)
        return Unknown(reason=problem)


def comparison_text(expression: object) -> str:
    """Return the same text for the same comparison; the order of two equal ones is arbitrary."""
    match _call(expression):
        case "Fn::Equals", [*sides]:
            return f"Fn::Equals {sorted(json.dumps(it, sort_keys=True) for it in sides)}"
        case _:
            return json.dumps(expression, sort_keys=True)


def decided_document(template: Template, conditions: Mapping[str, Decision]) -> Json:
    """Return the template with its decided conditions applied.

    Removes resources and outputs that are not created, branches that do not apply and properties
    without a value. Undecided conditions and all other functions stay unchanged.
    """
    document = dict(template.document)
    for section in ("Resources", "Outputs"):
        entries: Json = document.get(section, {})
        if not entries:
            continue
        document[section] = {
            name: entry
            for name, entry in entries.items()
            if not isinstance(entry, dict)
            or _applies(cast("Json", entry).get("Condition"), conditions)
        }
    return cast("Json", _decided(document, conditions))


def _applies(condition: object, conditions: Mapping[str, Decision]) -> bool:
    return not isinstance(condition, str) or conditions.get(condition) is not False


def _decided(node: object, conditions: Mapping[str, Decision]) -> object:
    if isinstance(node, list):
        members = (_decided(entry, conditions) for entry in cast("list[object]", node))
        return [entry for entry in members if entry != _NO_VALUE]
    if not isinstance(node, dict):
        return node
    match cast("Json", node):
        case {"Fn::If": [str(name), then, otherwise]} if isinstance(conditions.get(name), bool):
            return _decided(then if conditions[name] else otherwise, conditions)
        case entries:
            found = {key: _decided(entry, conditions) for key, entry in entries.items()}
            return {key: entry for key, entry in found.items() if entry != _NO_VALUE}


def _call(expression: object) -> tuple[str, list[object]]:
    """Return the name and the operands of a function; ("", []) for anything else."""
    if not isinstance(expression, dict) or len(cast("dict[str, object]", expression)) != 1:
        return "", []
    ((function, operands),) = cast("dict[str, object]", expression).items()
    return function, cast("list[object]", operands if isinstance(operands, list) else [operands])


def _contains(choices: Value, value: Value) -> Decision:
    if isinstance(choices, Unknown):
        return choices
    return _any([_same(choice, value) for choice in listed(choices)])


def _same(left: Value, right: Value) -> Decision:
    decided = equal(left, right)
    if decided is not None:
        return decided
    unknown = next((it for it in (left, right) if isinstance(it, Unknown)), None)
    return unknown or Unknown(reason="the compared values are not known")


def _all(decisions: Sequence[Decision]) -> Decision:
    if any(decision is False for decision in decisions):
        return False
    return next((it for it in decisions if isinstance(it, Unknown)), True)


def _any(decisions: Sequence[Decision]) -> Decision:
    if any(decision is True for decision in decisions):
        return True
    return next((it for it in decisions if isinstance(it, Unknown)), False)
