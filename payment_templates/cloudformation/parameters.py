"""Reads the parameters of a template and checks their values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation.errors import TemplateError
from payment_templates.cloudformation.patterns import matches
from payment_templates.cloudformation.values import Unknown, scalar_text
from payment_templates.near_names import near_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from payment_templates.cloudformation.values import Value

# The longest value of a parameter:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_BYTES = 4096
# Partition and URL suffix by the prefix of a region's name, the longest first (botocore's
# partitions.json).
_PARTITIONS = (
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("", "aws", "amazonaws.com"),
)
PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in (
        *("AccountId", "NoValue", "NotificationARNs", "Partition"),
        *("Region", "StackId", "StackName", "URLSuffix"),
    )
)
_SSM_VALUE = "AWS::SSM::Parameter::Value<"
# Longer lists of AllowedValues are not used as choices.
_MOST_CHOICES = 256
_MOST_SHOWN = 10
_LONGEST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of the template."""

    name: str
    type: str = "String"
    default: str | None = None
    description: str = ""
    allowed_values: tuple[str, ...] = ()
    allowed_pattern: str = ""
    min_length: int | None = None
    max_length: int | None = None
    min_value: float | None = None
    max_value: float | None = None
    no_echo: bool = False
    constraint_description: str = ""

    @cached_property
    def _allowed(self) -> frozenset[str]:
        return frozenset(self.allowed_values)

    @property
    def is_described(self) -> bool:
        """Whether the template says what its values look like."""
        return bool(self.allowed_values or self.allowed_pattern)

    @property
    def is_list(self) -> bool:
        """Whether Ref returns a list."""
        return "List<" in self.type or "CommaDelimitedList" in self.type

    @property
    def is_number(self) -> bool:
        """Whether each value must be a number; Ref still returns text."""
        return self.type in {"Number", "List<Number>"}

    @property
    def is_stored(self) -> bool:
        """Whether the value is the name of an SSM parameter; Ref returns that parameter's value."""
        return self.type.startswith(_SSM_VALUE)

    @property
    def is_switch(self) -> bool:
        """Whether it accepts both true and false."""
        return not self.violation("true") and not self.violation("false")

    def value(self, text: str | None) -> Value:
        """Return what Ref returns for this value of the parameter; `text` is None without a value.

        Spaces around list members are removed:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
        """
        if text is None:
            few = self.allowed_values if len(self.allowed_values) <= _MOST_CHOICES else ()
            return Unknown(
                reason=f"the parameter {self.name} has no value",
                parameter=self.name,
                source=self.name,
                choices=() if self.is_list or self.is_stored else few,
                least=None if self.is_list or self.is_stored else self.min_value,
                most=None if self.is_list or self.is_stored else self.max_value,
            )
        if self.is_stored:
            return Unknown(
                reason=f"the parameter {self.name} is read from SSM parameter {text}",
                source=f"{self.name} from {text}",
            )
        return [entry.strip() for entry in text.split(",")] if self.is_list else text

    def problem(self, text: str) -> str:
        """Return in one line why a value is invalid; empty if it is valid or cannot be checked.

        The wording is CloudFormation's: "Parameter 'P' must match pattern ^[a-z]+$" was measured
        by github.com/ministackorg/ministack, pull request 1648; the others follow its form.
        """
        problem = self.violation(text)
        if not problem:
            return ""
        return f"Parameter '{self.name}' {self.constraint_description or problem}"

    def undecided(self, text: str) -> str:
        """Return why a value cannot be checked, or ""."""
        if self.allowed_pattern and not self.violation(text):
            for entry in self._entries(text):
                if matches(self.allowed_pattern, entry) is None:
                    return f"the pattern {self._shown_pattern} of {self.name} cannot be checked"
        return ""

    @property
    def _shown_pattern(self) -> str:
        pattern = self.allowed_pattern
        return pattern if len(pattern) <= _LONGEST_SHOWN else f"{pattern[:_LONGEST_SHOWN]}…"

    def _entries(self, text: str) -> list[str]:
        return [entry.strip() for entry in text.split(",")] if self.is_list else [text]

    def violation(self, text: str) -> str:
        """Return the constraint that a value violates, ignoring ConstraintDescription; or ""."""
        if len(text.encode(errors="replace")) > MOST_BYTES:
            return f"must be at most {MOST_BYTES} bytes long"
        checks = (self._number, self._choice, self._length, self._pattern)
        for entry in self._entries(text):
            for check in checks:
                if problem := check(entry):
                    return problem
        return ""

    def _number(self, text: str) -> str:
        if not self.is_number:
            return ""
        try:
            number = float(text)
        except ValueError:
            return "must be a number"
        if not isfinite(number):
            return "must be a number"
        if self.min_value is not None and number < self.min_value:
            return f"must be a number not less than {self.min_value:g}"
        if self.max_value is not None and number > self.max_value:
            return f"must be a number not greater than {self.max_value:g}"
        return ""

    def _choice(self, text: str) -> str:
        if not self.allowed_values or text in self._allowed:
            return ""
        shown = ", ".join(self.allowed_values[:_MOST_SHOWN])
        more = len(self.allowed_values) - _MOST_SHOWN
        return f"must be one of {shown}" + (f" and {more} more" if more > 0 else "")

    def _length(self, text: str) -> str:
        if self.is_number or self.is_list:
            return ""
        if self.min_length is not None and len(text) < self.min_length:
            return f"must contain at least {self.min_length} characters"
        if self.max_length is not None and len(text) > self.max_length:
            return f"must contain at most {self.max_length} characters"
        return ""

    def _pattern(self, text: str) -> str:
        if self.is_number or not self.allowed_pattern:
            return ""
        if matches(self.allowed_pattern, text) is False:
            return f"must match pattern {self._shown_pattern}"
        return ""


def unknown_parameter(given: str, known: Collection[str]) -> tuple[str, str]:
    """Return the problem and the hint for a name that is none of the known parameters."""
    every = f"use one of: {', '.join(known)}" if known else "the template has no parameters"
    return f"unknown parameter {given!r}", near_names(given, known, otherwise=every)


def invalid_value(parameter: Parameter, text: str) -> tuple[str, str] | None:
    """Return the problem and the hint for a value that CloudFormation refuses, or None."""
    problem = parameter.violation(text)
    if not problem:
        return None
    shown = "the given value" if parameter.no_echo else repr(text)
    described = parameter.constraint_description
    if not described[:1].isupper():
        # A description may also be a sentence, such as "Must be a port".
        described = f"use {described}" if described else ""
    return f"invalid value of {parameter.name}: {shown} {problem}", described


def check_values(parameters: Mapping[str, Parameter], given: Mapping[str, str]) -> None:
    """Raise TemplateError for an unknown parameter or an invalid value."""
    for name, text in given.items():
        if name not in parameters:
            problem, hint = unknown_parameter(name, parameters)
            raise TemplateError(problem, hint=hint)
        if wrong := invalid_value(parameters[name], text):
            raise TemplateError(wrong[0], hint=wrong[1])


def read_parameter(name: str, entry: Mapping[str, object], place: str) -> Parameter:
    """Read the declaration of a parameter; raises TemplateError for an invalid constraint."""
    found = entry.get("AllowedValues", [])
    if not isinstance(found, list):
        raise TemplateError(f"{place}.AllowedValues: every AllowedValues member must be a list")
    allowed = cast("list[object]", found)
    default = entry.get("Default")
    for value in (default, *allowed):
        if isinstance(value, (dict, list)):
            raise TemplateError(f"{place}: Default and AllowedValues must be text or numbers")
    return Parameter(
        name=name,
        type=str(entry.get("Type", "String")),
        default=None if default is None else _scalar(default),
        description=str(entry.get("Description", "")),
        allowed_values=tuple(map(_scalar, allowed)),
        allowed_pattern=str(entry.get("AllowedPattern", "")),
        min_length=_length(entry, "MinLength", place),
        max_length=_length(entry, "MaxLength", place),
        min_value=_limit(entry, "MinValue", place),
        max_value=_limit(entry, "MaxValue", place),
        no_echo=str(entry.get("NoEcho", "")).lower() == "true",
        constraint_description=str(entry.get("ConstraintDescription", "")),
    )


def pseudo_parameters(
    region: str, *, account: str | None, stack_name: str | None
) -> dict[str, Value]:
    """Return the values of the pseudo parameters; account and stack name are Unknown if None.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
    """
    partition, url_suffix = partition_of(region)
    return {
        "AWS::AccountId": _open("AWS::AccountId", "the account is not given", account),
        "AWS::NotificationARNs": Unknown(
            reason="the stack's notification topics are chosen at deployment",
            source="AWS::NotificationARNs",
        ),
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": Unknown(reason="AWS chooses the stack's ID", source="AWS::StackId"),
        "AWS::StackName": _open("AWS::StackName", "the stack's name is not given", stack_name),
        "AWS::URLSuffix": url_suffix,
    }


# Cached, because readers ask for it for each ARN.
@cache
def partition_of(region: str) -> tuple[str, str]:
    """Return the partition of a region and its URL suffix."""
    return next(
        (partition, suffix) for start, partition, suffix in _PARTITIONS if region.startswith(start)
    )


def _open(source: str, reason: str, value: str | None) -> Value:
    return Unknown(reason=reason, source=source) if value is None else value


def _scalar(value: object) -> str:
    return scalar_text(value) if isinstance(value, (str, int, float)) else ""


def _length(entry: Mapping[str, object], name: str, place: str) -> int | None:
    limit = _limit(entry, name, place)
    if limit is not None and not limit.is_integer():
        raise TemplateError(f"{place}.{name} must be a whole number, got {entry[name]!r}")
    return None if limit is None else int(limit)


def _limit(entry: Mapping[str, object], name: str, place: str) -> float | None:
    if name not in entry:
        return None
    try:
        limit = float(str(entry[name]))
    except ValueError:
        limit = nan
    if not isfinite(limit):
        raise TemplateError(f"{place}.{name} must be a number, got {entry[name]!r}")
    return limit
