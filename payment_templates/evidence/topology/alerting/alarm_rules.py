"""Reads the rule of a composite alarm: an expression over the states of other alarms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from payment_templates.cloudformation import UnexpectedValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

State = Literal["ALARM", "INSUFFICIENT_DATA", "OK"]

# PutCompositeAlarm, AlarmRule: a rule has at most 10,240 characters, names at most 100 alarms and
# has at most 500 elements: alarms, TRUE, FALSE and parentheses.
_MOST_CHARACTERS, _MOST_CHILDREN, _MOST_ELEMENTS = 10_240, 100, 500
_TOKEN = re.compile(
    r'\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?P<name>"[^"]+"|[^\s()"]+)\s*\)'
    r"|(?P<word>AND|OR|NOT|[()])|(?P<constant>TRUE|FALSE|true|false))"
)
# At least so many, or so many percent, of several alarms are in a state:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
_NOT_READ = re.compile(r"\s*AT_LEAST\s*\(")


class UndecidedRuleError(UnexpectedValueError):
    """A rule that CloudWatch accepts, or may accept, and whose state is not decided here."""


@dataclass(frozen=True, kw_only=True)
class InState:
    """Whether an alarm, named by its name or ARN, is in a state."""

    alarm: str
    state: State


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Parts of a rule joined by AND or OR."""

    parts: tuple[Rule, ...]
    every: bool


@dataclass(frozen=True, kw_only=True)
class Not:
    """The opposite of a part of a rule."""

    part: Rule


Rule: TypeAlias = "InState | Joined | Not | bool"


def parse_rule(text: str, place: str) -> Rule:
    """Read an AlarmRule.

    Raises UndecidedRuleError for one that is not read here, and any other UnexpectedValueError for
    one that CloudWatch refuses.
    """
    tokens = [*_tokens(text, place)]
    elements = [token for token in tokens if token not in {"AND", "OR", "NOT"}]
    children = {token.alarm for token in tokens if isinstance(token, InState)}
    if (
        len(text) > _MOST_CHARACTERS
        or len(children) > _MOST_CHILDREN
        or len(elements) > _MOST_ELEMENTS
    ):
        raise UnexpectedValueError(place, "the rule is longer than CloudWatch accepts")
    rule = _joined(tokens, place)
    if tokens:
        raise UnexpectedValueError(place, "the rule ends before its last part")
    return rule


def holds(rule: Rule, state_of: Callable[[str], State]) -> bool:
    """Return whether a rule is true, given the state of each alarm that it names."""
    match rule:
        case InState(alarm=alarm, state=state):
            return state_of(alarm) == state
        case Joined(parts=parts, every=every):
            # All are read, so that an unknown state is noticed.
            found = [holds(part, state_of) for part in parts]
            return all(found) if every else any(found)
        case Not(part=part):
            return not holds(part, state_of)
        case _:
            return rule


def constant_of(rule: Rule, decided: Callable[[InState], bool | None]) -> bool | None:
    """Return the value that a rule always has, given that of each alarm; None if it can change."""
    match rule:
        case InState():
            return decided(rule)
        case Joined(parts=parts, every=every):
            found = {constant_of(part, decided) for part in parts}
            # One part decides: a false one with AND, a true one with OR.
            if (not every) in found:
                return not every
            return None if None in found else every
        case Not(part=part):
            value = constant_of(part, decided)
            return None if value is None else not value
        case _:
            return rule


def alarms_in(rule: Rule) -> Iterator[InState]:
    """Yield every alarm that a rule names, with the state that it asks for."""
    match rule:
        case InState():
            yield rule
        case Joined(parts=parts):
            for part in parts:
                yield from alarms_in(part)
        case Not(part=part):
            yield from alarms_in(part)
        case _:
            return


def _tokens(text: str, place: str) -> Iterator[InState | str | bool]:
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None and _NOT_READ.match(text, at):
            raise UndecidedRuleError(place, "the function AT_LEAST is not read here")
        if found is None:
            raise UnexpectedValueError(place, f"CloudWatch refuses the rule at {text[at:]!r}")
        at = found.end()
        if found["state"]:
            yield InState(alarm=found["name"].strip('"'), state=cast("State", found["state"]))
        elif found["constant"]:
            yield found["constant"].upper() == "TRUE"
        else:
            yield found["word"]


def _joined(tokens: list[InState | str | bool], place: str) -> Rule:
    parts, words = [_part(tokens, place)], set[str]()
    while tokens and tokens[0] in {"AND", "OR"}:
        words.add(str(tokens.pop(0)))
        parts.append(_part(tokens, place))
    if len(words) > 1:
        raise UndecidedRuleError(
            place, "the rule joins AND and OR without parentheses, and AWS documents no precedence"
        )
    return parts[0] if len(parts) == 1 else Joined(parts=tuple(parts), every=words == {"AND"})


def _part(tokens: list[InState | str | bool], place: str) -> Rule:
    match tokens.pop(0) if tokens else "":
        case "NOT":
            return Not(part=_part(tokens, place))
        case "(":
            inner = _joined(tokens, place)
            if not tokens or tokens.pop(0) != ")":
                raise UnexpectedValueError(place, "the rule has an open parenthesis")
            return inner
        case str():
            raise UnexpectedValueError(place, "the rule lacks an alarm")
        case token:
            return token
