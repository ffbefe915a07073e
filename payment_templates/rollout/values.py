"""What the operator gives the template's parameters; secrets apart, and never shown."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rollout.template import Parameter, Template

SUFFIX = "EnvironmentSuffix"
CONCEALED = "****"


@dataclass(frozen=True, kw_only=True)
class Values:
    """The values given; what is left out keeps its former value, or its default."""

    open: Mapping[str, str]
    secret: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def request(self, template: Template, former: Iterable[str] = ()) -> list[ParameterTypeDef]:
        """Write the parameters of a call: given, as before, or left to the default.

        Raises RolloutError when a value is missing that has neither.
        """
        entries: list[ParameterTypeDef] = []
        kept = set(former)
        for name, parameter in template.parameters.items():
            value = self.secret.get(name, self.open.get(name))
            if value is not None:
                entries.append({"ParameterKey": name, "ParameterValue": value})
            elif name in kept:
                entries.append({"ParameterKey": name, "UsePreviousValue": True})
            elif parameter.default is None:
                raise wrong_use(
                    f"{name} is missing; give --parameter {name}=VALUE"
                    + (f" ({parameter.taken})" if parameter.taken else "")
                )
        return entries

    def overridden(self, overrides: Mapping[str, str]) -> Values:
        """Give the values of one region: where it differs, its own."""
        kept = {name: value for name, value in overrides.items() if value != CONCEALED}
        return replace(self, open={**self.open, **kept})


def read_values(
    template: Template,
    assignments: Iterable[str],
    *,
    suffix: str,
    environment: Mapping[str, str] = os.environ,
) -> Values:
    """Read KEY=VALUE pairs and secrets from the environment; raises RolloutError."""
    given = {SUFFIX: suffix} if SUFFIX in template.parameters else {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            # Only the part that can be a name: what follows might have been meant as a secret.
            raise wrong_use("--parameter takes KEY=VALUE, got a text without =")
        require_not_suffix(name)
        if _parameter(template, name).concealed:
            raise wrong_use(
                f"{name} is a secret and may are in no shell history; set the environment "
                f"variable {variable_of(name)}, or give --ask-password"
            )
        given[name] = value
    for name, value in given.items():
        check_value(template.parameters[name], value)
    return Values(open=given, secret=_secrets_from(template, environment))


def require_not_suffix(name: str) -> None:
    """Refuse a second way to say the suffix: names and questions would tell of another stack."""
    if name == SUFFIX:
        raise wrong_use(f"{SUFFIX} is what --suffix says; give it there alone")


def variable_of(parameter: str) -> str:
    """Name the environment variable of a secret: DBMasterPassword, DB_MASTER_PASSWORD."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", parameter).upper()


def check_value(parameter: Parameter, value: str) -> None:
    """Refuse what CloudFormation would refuse; raises RolloutError with what is accepted."""
    problem = _problem(parameter, value)
    if problem:
        shown = "the value given" if parameter.concealed else repr(value)
        hint = f"; use {parameter.taken}" if parameter.taken else ""
        raise wrong_use(f"{parameter.name} cannot be {shown}: {problem}{hint}")


def _parameter(template: Template, name: str) -> Parameter:
    if name in template.parameters:
        return template.parameters[name]
    near = get_close_matches(name, template.parameters, n=1)
    known = (
        f"did you mean {near[0]}?" if near else f"it has {', '.join(template.parameters) or 'none'}"
    )
    raise wrong_use(f"the template has no parameter {name!r}; {known}")


def _secrets_from(template: Template, environment: Mapping[str, str]) -> dict[str, str]:
    secrets: dict[str, str] = {}
    for name, parameter in template.parameters.items():
        value = environment.get(variable_of(name), "")
        if parameter.concealed and value:
            check_value(parameter, value)
            secrets[name] = value
    return secrets


def _problem(parameter: Parameter, value: str) -> str:
    if parameter.kind == "Number":
        return _number_problem(parameter, value)
    if len(value) < parameter.least:
        return f"shorter than {parameter.least}"
    if parameter.longest is not None and len(value) > parameter.longest:
        return f"longer than {parameter.longest}"
    if parameter.allowed and value not in parameter.allowed:
        return f"not one of {', '.join(parameter.allowed)}"
    entries = value.split(",") if parameter.kind == "CommaDelimitedList" else [value]
    if parameter.pattern and not all(re.fullmatch(parameter.pattern, entry) for entry in entries):
        return f"does not match {parameter.pattern}"
    return ""


def _number_problem(parameter: Parameter, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "not a number"
    if parameter.lowest is not None and number < parameter.lowest:
        return f"below {parameter.lowest:g}"
    if parameter.highest is not None and number > parameter.highest:
        return f"above {parameter.highest:g}"
    return ""
