"""Errors of the template reader: invalid templates, unexpected values and unknown values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation.values import Unknown


# The next step where a file has one key twice in an object.
DUPLICATE = "remove one of the two"


class TemplateError(ValueError):
    """A template or parameter that CloudFormation refuses, described in one line.

    `hint` is a suggested fix, or "".
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UnexpectedValueError(TemplateError):
    """A value of an unexpected type, with its place in the template."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem


class UnknownValueError(UnexpectedValueError):
    """A value that the template does not decide; `unknown` has the reason."""

    def __init__(self, place: str, unknown: Unknown) -> None:
        super().__init__(place, unknown.reason)
        self.unknown = unknown
