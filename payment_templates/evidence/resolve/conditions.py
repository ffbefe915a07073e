"""Which conditions and rules of a template hold for given parameter values."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.evidence.resolve.errors import UnresolvedError
from payment_templates.evidence.resolve.functions import resolve
from payment_templates.evidence.resolve.references import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.template import Json, Template
    from payment_templates.evidence.resolve.values import Value


def conditions_of(template: Template, region: str, values: Mapping[str, Value]) -> dict[str, bool]:
    """Tell for each condition of the template whether it holds."""
    judge = _Judge(template.section("Conditions"), Names(region=region, values=values))
    return {name: judge.named(name, f"Conditions.{name}") for name in judge.expressions}


def broken_rule(template: Template, region: str, values: Mapping[str, Value]) -> str:
    """Give what the first assertion that fails says, empty when all rules hold."""
    judge = _Judge(template.section("Conditions"), Names(region=region, values=values))
    for name, rule in template.section("Rules").items():
        applies = rule.get("RuleCondition")
        if applies is not None and not judge.holds(applies, f"Rules.{name}.RuleCondition"):
            continue
        for assertion in cast("list[object]", rule.get("Assertions", [])):
            place = f"Rules.{name}.Assertions"
            if not isinstance(assertion, dict):
                raise UnresolvedError(place, f"{assertion} is no assertion")
            said = cast("Json", assertion)
            if not judge.holds(said.get("Assert"), place):
                return str(said.get("AssertDescription", f"rule {name}"))
    return ""


class _Judge:
    """Evaluates condition functions, each named condition once."""

    def __init__(self, expressions: Mapping[str, Json], names: Names) -> None:
        self.expressions = expressions
        self._names = names
        self._known: dict[str, bool] = {}
        self._under_way: set[str] = set()

    def named(self, name: str, place: str) -> bool:
        if name not in self.expressions:
            raise UnresolvedError(place, f"the template has no condition {name}")
        if name in self._under_way:
            raise UnresolvedError(place, f"the condition {name} depends on itself")
        if name not in self._known:
            self._under_way.add(name)
            self._known[name] = self.holds(self.expressions[name], f"Conditions.{name}")
            self._under_way.remove(name)
        return self._known[name]

    def holds(self, expression: object, place: str) -> bool:
        match _call(expression):
            case "Fn::Equals", [left, right]:
                return self._value(left, place) == self._value(right, place)
            case "Fn::Not", [operand]:
                return not self.holds(operand, place)
            case "Fn::And", operands:
                return all(self.holds(operand, place) for operand in operands)
            case "Fn::Or", operands:
                return any(self.holds(operand, place) for operand in operands)
            case "Condition", [str(name)]:
                return self.named(name, place)
            case _:
                raise UnresolvedError(place, f"{expression} is no condition that is known here")

    def _value(self, raw: object, place: str) -> object:
        value = resolve(raw, place, self._names)
        # CloudFormation compares as text: a Number parameter equals its digits.
        return str(value) if isinstance(value, (int, float)) else value


def _call(expression: object) -> tuple[str, list[object]]:
    """Take a condition function apart; what is none has no name."""
    if not isinstance(expression, dict) or len(cast("Json", expression)) != 1:
        return "", []
    ((function, operands),) = cast("dict[str, object]", expression).items()
    return function, cast("list[object]", operands if isinstance(operands, list) else [operands])
