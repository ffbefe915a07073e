"""Holds the values of the template's parameters; secrets are kept apart and never shown."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import invalid_value, unknown_parameter
from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.cloudformation import Parameter, Template

SUFFIX = "EnvironmentSuffix"
CONCEALED = "****"


@dataclass(frozen=True, kw_only=True)
class Values:
    """The given values; any other parameter keeps its former value, or its default."""

    open: Mapping[str, str]
    secret: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def request(self, template: Template, former: Iterable[str] = ()) -> list[ParameterTypeDef]:
        """Return the Parameters argument of a call: given, previous or default values.

        Raises RolloutError if a parameter has none of these.
        """
        entries: list[ParameterTypeDef] = []
        unchanged = set(former)
        for name, parameter in template.parameters.items():
            value = self.secret.get(name, self.open.get(name))
            if value is not None:
                entries.append({"ParameterKey": name, "ParameterValue": value})
            elif name in unchanged:
                entries.append({"ParameterKey": name, "UsePreviousValue": True})
            elif parameter.default is None:
                described = parameter.constraint_description
                raise wrong_use(
                    f"the parameter {name} has no value",
                    f"pass --parameter {name}=VALUE" + (f" ({described})" if described else ""),
                )
        return entries

    def over(self, former: Mapping[str, str]) -> Values:
        """Return the values for an existing stack: those given, or else its current ones."""
        known = {name: value for name, value in former.items() if value != CONCEALED}
        return replace(self, open={**known, **self.open})

    def overridden(self, overrides: Mapping[str, str]) -> Values:
        """Return the values of one region, with its own overrides."""
        known = {name: value for name, value in overrides.items() if value != CONCEALED}
        return replace(self, open={**self.open, **known})


def read_values(
    template: Template,
    parameters: Mapping[str, str],
    *,
    suffix: str,
    environment: Mapping[str, str] = os.environ,
) -> Values:
    """Check the given values, and read secrets from the environment; raises RolloutError."""
    given = {SUFFIX: suffix} if SUFFIX in template.parameters else {}
    for name, value in parameters.items():
        require_not_suffix(name)
        if parameter_named(template, name).no_echo:
            raise wrong_use(
                f"{name} is a secret, and a command line is kept in the shell history",
                f"set the environment variable {variable_of(name)}, or use --ask-password",
            )
        given[name] = value
    for name, value in given.items():
        check_value(template.parameters[name], value)
    return Values(open=given, secret=_secrets_from(template, environment))


def require_not_suffix(name: str) -> None:
    """Raise RolloutError if the suffix is given as a parameter instead of with --suffix."""
    if name == SUFFIX:
        raise wrong_use(f"{SUFFIX} cannot be set as a parameter", "use --suffix")


def variable_of(parameter: str) -> str:
    """Return the environment variable of a secret: DB_MASTER_PASSWORD of DBMasterPassword."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", parameter).upper()


def check_value(parameter: Parameter, value: str) -> None:
    """Raise RolloutError for a value that CloudFormation refuses."""
    if wrong := invalid_value(parameter, value):
        raise wrong_use(*wrong)


def parameter_named(template: Template, name: str) -> Parameter:
    """Return a parameter of the template; raises RolloutError for an unknown one."""
    if name not in template.parameters:
        raise wrong_use(*unknown_parameter(name, template.parameters))
    return template.parameters[name]


def _secrets_from(template: Template, environment: Mapping[str, str]) -> dict[str, str]:
    secrets: dict[str, str] = {}
    for name, parameter in template.parameters.items():
        value = environment.get(variable_of(name), "")
        if parameter.no_echo and value:
            check_value(parameter, value)
            secrets[name] = value
    return secrets
