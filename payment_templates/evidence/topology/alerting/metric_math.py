"""Evaluates metric math for one point in time: what an expression gives where data is missing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# CloudWatch's operators that Python writes otherwise.
_OPERATORS = {"&&": " and ", "||": " or ", "^": "**"}
_WORDS = {"AND": "and", "OR": "or"}
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda dividend, divisor: dividend / divisor,
    ast.Pow: lambda base, exponent: float(base**exponent),
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# Functions of an array of time series, point by point.
_OF_ARRAYS: dict[str, Callable[[list[float]], float]] = {"MAX": max, "MIN": min, "SUM": sum}


@dataclass(frozen=True, kw_only=True)
class Point:
    """The value of a time series, or a number, at one time; None where the series has no data."""

    value: float | None
    is_series: bool = True


def value_of(expression: str, series: Mapping[str, Point]) -> Point:
    """Return what an expression gives for the points of its time series.

    Raises UnexpectedValueError for what is not evaluated here: other functions, and cases that AWS
    does not document.
    """
    text = re.sub(r"\b(AND|OR)\b", lambda found: _WORDS[found[0]], expression)
    for ours, pythons in _OPERATORS.items():
        text = text.replace(ours, pythons)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        raise _unsupported(expression, "its syntax") from None
    return _value(tree.body, expression, series)


def _value(node: ast.expr, expression: str, series: Mapping[str, Point]) -> Point:
    def of(part: ast.expr) -> Point:
        return _value(part, expression, series)

    match node:
        case ast.Constant(value=int() | float() as number):
            return Point(value=float(number), is_series=False)
        case ast.Name(id=name) if name in series:
            return series[name]
        case ast.BoolOp(op=sign, values=values):
            return _logical(list(map(of, values)), every=isinstance(sign, ast.And))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _called(name, arguments, expression, series)
        case _:
            left, how, right = _operation(node, expression)
            return _joined(of(left), of(right), how)


def _operation(
    node: ast.expr, expression: str
) -> tuple[ast.expr, Callable[[float, float], float], ast.expr]:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return ast.Constant(value=0), operator.sub, operand
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITHMETIC:
            return left, _ARITHMETIC[type(sign)], right
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARISONS:
            return left, _COMPARISONS[type(sign)], right
        case _:
            raise _unsupported(expression, ast.unparse(node))


def _called(
    name: str, arguments: list[ast.expr], expression: str, series: Mapping[str, Point]
) -> Point:
    def of(part: ast.expr) -> Point:
        return _value(part, expression, series)

    match name, arguments:
        case "FILL", [filled, filler]:
            return _filled(of(filled), of(filler))
        case "TIME_SERIES", [number]:
            return Point(value=of(number).value)
        case "IF", [condition, then, *otherwise] if len(otherwise) <= 1:
            return _chosen(of(condition), of(then), of(otherwise[0]) if otherwise else None)
        case _, [ast.List(elts=parts)] if name in _OF_ARRAYS:
            values = [point.value for point in map(of, parts)]
            known = [value for value in values if value is not None]
            if len(known) == len(values) and known:
                return Point(value=_OF_ARRAYS[name](known))
            # AWS does not document what MAX or MIN gives for an array with missing points.
            raise _unsupported(expression, f"{name} of a time series without data")
        case _:
            raise _unsupported(expression, name)


def _joined(left: Point, right: Point, how: Callable[[float, float], float]) -> Point:
    """Join two points: a missing one counts as 0 if the other series has a point at that time."""
    is_series = left.is_series or right.is_series
    present = [it for it in (left, right) if it.value is not None and it.is_series == is_series]
    if not present:
        return Point(value=None)
    try:
        return Point(value=float(how(left.value or 0, right.value or 0)), is_series=is_series)
    except ZeroDivisionError:
        # "If the value of a data point causes a function to attempt to divide by zero, the data
        # point is dropped."
        return Point(value=None)


def _logical(points: list[Point], *, every: bool) -> Point:
    present = [point for point in points if point.value is not None]
    if not present:
        return Point(value=None)
    found = [bool(point.value) for point in points]
    return Point(
        value=float(all(found) if every else any(found)),
        is_series=any(point.is_series for point in points),
    )


def _filled(point: Point, filler: Point) -> Point:
    return Point(value=filler.value) if point.value is None else point


def _chosen(condition: Point, then: Point, otherwise: Point | None) -> Point:
    """Return a branch of IF: 0 if the chosen first one is missing, no point if the second is."""
    if condition.value is None:
        return Point(value=None)
    if condition.value:
        return Point(value=then.value or 0)
    return Point(value=otherwise.value if otherwise else None)


def _unsupported(expression: str, what: str) -> UnexpectedValueError:
    return UnexpectedValueError(expression, f"the metric math is not evaluated here: {what}")
