"""Which conditions and rules of a template hold for given parameter values."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.resolve.errors import UnresolvedError
from payment_templates.evidence.resolve.functions import resolve
from payment_templates.evidence.resolve.references import Names
from payment_templates.evidence.resolve.values import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.evidence.resolve.template import Json, Template
    from payment_templates.evidence.resolve.values import Value


def conditions_of(
    template: Template,
    region: str,
    values: Mapping[str, Value],
    forced: Mapping[str, bool] = MappingProxyType({}),
) -> dict[str, bool]:
    """Tell for each condition of the template whether it holds, or would if some are forced."""
    judge = _Judge(template.section("Conditions"), _names(template, region, values), forced)
    return {name: judge.named(name, f"Conditions.{name}") for name in judge.expressions}


def comparisons_of(
    template: Template, region: str, values: Mapping[str, Value], parameter: str
) -> tuple[tuple[object, object], ...]:
    """Give both sides of every comparison in the conditions and rules that name a parameter."""
    judge = _Judge(template.section("Conditions"), _names(template, region, values))
    found: list[tuple[object, object]] = []
    for section in ("Conditions", "Rules"):
        for name, entry in template.section(section).items():
            if parameter in str(entry):
                found += judge.comparisons(entry, f"{section}.{name}")
    return tuple(found)


def broken_rule(template: Template, region: str, values: Mapping[str, Value]) -> str:
    """Give what the first assertion that fails says, empty when all rules hold."""
    judge = _Judge(template.section("Conditions"), _names(template, region, values))
    for name, rule in template.section("Rules").items():
        applies = rule.get("RuleCondition")
        if applies is not None and not judge.holds(applies, f"Rules.{name}.RuleCondition"):
            continue
        place = f"Rules.{name}.Assertions"
        assertions: object = rule.get("Assertions", [])
        if not isinstance(assertions, list):
            raise UnresolvedError(place, "a list is expected")
        for assertion in cast("list[object]", assertions):
            if not isinstance(assertion, dict):
                raise UnresolvedError(place, f"{assertion} is no assertion")
            said = cast("Json", assertion)
            if not judge.holds(said.get("Assert"), place):
                return str(said.get("AssertDescription", f"rule {name}"))
    return ""


def _names(template: Template, region: str, values: Mapping[str, Value]) -> Names:
    return Names(region=region, values=values, mappings=template.section("Mappings"))


class _Judge:
    """Evaluates condition functions, each named condition once."""

    def __init__(
        self,
        expressions: Mapping[str, Json],
        names: Names,
        forced: Mapping[str, bool] = MappingProxyType({}),
    ) -> None:
        self.expressions = expressions
        self._names = names
        self._known = dict(forced)
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
            case "Fn::Contains", [choices, value]:
                return self._value(value, place) in listed(self._value(choices, place))
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

    def comparisons(self, expression: object, place: str) -> Iterator[tuple[object, object]]:
        """Find what an expression compares, however deep."""
        if isinstance(expression, list):
            for entry in cast("list[object]", expression):
                yield from self.comparisons(entry, place)
        if not isinstance(expression, dict):
            return
        for function, operand in cast("Json", expression).items():
            match function, operand:
                case "Fn::Equals", [left, right]:
                    yield self._value(left, place), self._value(right, place)
                case "Fn::Contains", [choices, value]:
                    sought = self._value(value, place)
                    yield from ((entry, sought) for entry in listed(self._value(choices, place)))
                case _:
                    yield from self.comparisons(operand, place)

    def _value(self, raw: object, place: str) -> Value:
        value = resolve(raw, place, self._names)
        # CloudFormation compares as text: a Number parameter equals its digits.
        return str(value) if isinstance(value, (int, float)) else value


def _call(expression: object) -> tuple[str, list[object]]:
    """Take a condition function apart; what is none has no name."""
    if not isinstance(expression, dict) or len(cast("Json", expression)) != 1:
        return "", []
    ((function, operands),) = cast("dict[str, object]", expression).items()
    return function, cast("list[object]", operands if isinstance(operands, list) else [operands])
