"""The errors of this room: a template that cannot be read, and a value that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation.values import Unknown


class TemplateError(ValueError):
    """A template or parameter that CloudFormation would refuse, in one line.

    `hint` says what to do about it, empty when there is nothing to add.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UnexpectedValueError(TemplateError):
    """A value of another kind than its reader expects, with its place in the template."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


class UnknownValueError(UnexpectedValueError):
    """A value that cannot be decided from the template; `unknown` says why."""

    def __init__(self, place: str, unknown: Unknown) -> None:
        super().__init__(place, unknown.reason)
        self.unknown = unknown
