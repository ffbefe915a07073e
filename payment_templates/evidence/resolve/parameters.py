"""The values that a template's parameters take: those given, the defaults, and examples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from math import isinf, isnan, nan
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.resolve.errors import EvidenceError, UnresolvedError
from payment_templates.evidence.resolve.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.template import Json, Template
    from payment_templates.evidence.resolve.values import Value

# The account of AWS's own examples.
ACCOUNT = "111122223333"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_MOST_CHARACTERS = 4096


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of the template: what it takes, and what it is when nothing is given."""

    name: str
    document: Json

    @property
    def default(self) -> str | None:
        """Its default as text, None when a value must be given."""
        default = self.document.get("Default")
        return None if default is None else str(default)

    @property
    def is_list(self) -> bool:
        """Whether Ref gives a list."""
        kind = str(self.document.get("Type", "String"))
        return kind.startswith("List<") or kind == "CommaDelimitedList"

    @property
    def choices(self) -> tuple[str, ...]:
        """The only values that it takes, none when others are taken too."""
        choices: object = self.document.get("AllowedValues", [])
        if not isinstance(choices, list):
            raise UnresolvedError(f"Parameters.{self.name}.AllowedValues", "a list is expected")
        return tuple(str(choice) for choice in cast("list[object]", choices))

    def value(self, text: str) -> Value:
        """Give what Ref gives for a text."""
        return text.split(",") if self.is_list else text

    def problem(self, text: str) -> str:
        """Say what forbids a text, empty when nothing does."""
        pattern = str(self.document.get("AllowedPattern", ""))
        allowed = self.choices
        for entry in text.split(",") if self.is_list else [text]:
            if pattern and not _matches(pattern, entry, self.name):
                return f"it must match {pattern}"
            if allowed and entry not in allowed:
                return f"it must be one of {', '.join(allowed)}"
            if not self.is_list and not self._fits(entry):
                return f"it must be {self.document.get('ConstraintDescription', 'within limits')}"
        return ""

    @property
    def most_characters(self) -> int:
        """How long its value may be."""
        return int(self._limit("MaxLength", str(_MOST_CHARACTERS)))

    def _fits(self, text: str) -> bool:
        if not self._limit("MinLength", "0") <= len(text) <= self.most_characters:
            return False
        if self.document.get("Type") != "Number":
            return True
        try:
            number = float(text)
        except ValueError:
            return False
        return self._limit("MinValue", "-inf") <= number <= self._limit("MaxValue", "inf")

    def _limit(self, name: str, default: str) -> float:
        limit: object = self.document.get(name, default)
        try:
            number = float(str(limit))
        except ValueError:
            number = nan
        if isnan(number) or (isinf(number) and name in self.document):
            raise UnresolvedError(f"Parameters.{self.name}.{name}", f"{limit} is no number")
        return number


def _matches(pattern: str, text: str, name: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error as error:
        problem = f"{pattern} is no pattern: {error.msg}"
        raise UnresolvedError(f"Parameters.{name}.AllowedPattern", problem) from error


def parameters_of(template: Template) -> dict[str, Parameter]:
    """List the template's parameters by name."""
    return {
        name: Parameter(name=name, document=document)
        for name, document in template.section("Parameters").items()
    }


def values_of(template: Template, region: str, given: Mapping[str, str]) -> dict[str, Value]:
    """Give what each parameter and pseudo parameter stands for in one region."""
    partition, url_suffix = partition_of(region)
    values: dict[str, Value] = {
        "AWS::AccountId": ACCOUNT,
        "AWS::NotificationARNs": [],
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": f"arn:{partition}:cloudformation:{region}:{ACCOUNT}:stack/payment/example",
        "AWS::StackName": "payment",
        "AWS::URLSuffix": url_suffix,
    }
    for name, parameter in parameters_of(template).items():
        text = given.get(name, parameter.default)
        if text is None:
            raise EvidenceError(f"the parameter {name} has no default: give it a value")
        values[name] = parameter.value(text)
    return values


def refuse_unknown(parameters: Mapping[str, Parameter], given: Mapping[str, str]) -> None:
    """Raise EvidenceError for a value that the template does not take."""
    for name, text in given.items():
        if name not in parameters:
            near = get_close_matches(name, parameters, n=3) or list(parameters)
            raise EvidenceError(
                f"the template has no parameter {name!r}; it has: {', '.join(near) or 'none'}"
            )
        if problem := parameters[name].problem(text):
            raise EvidenceError(f"{name}={text} is not taken: {problem}")
