"""Reads and checks the inputs of a command before any request to AWS."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from payment_templates.cloudformation import Template
from payment_templates.commands.command_runner import Tools
from payment_templates.commands.inputs.pairs import read_pairs
from payment_templates.commands.inputs.template_files import read_template
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.ownership import OF_A_SET, default_name
from payment_templates.rollout.values import Values, check_value, read_values, variable_of

# As in the template: RDS refuses a double hyphen and a hyphen at the end.
_SUFFIX = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SUFFIX = 20
# CreateStack, StackName, and CreateStackSet, StackSetName: up to 128 characters, a letter first.
_STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """A template and the values of its parameters."""

    template: Template
    values: Values


@dataclass(frozen=True, kw_only=True)
class StackNames:
    """The names of the stack and the stack set of a suffix."""

    stack: str
    stack_set: str


def read_inputs(
    tools: Tools, template: Path, suffix: str, parameters: Sequence[str], *, ask_password: bool
) -> Inputs:
    """Read the template and the values; raises RolloutError."""
    require_suffix(suffix)
    loaded = read_template(template)
    values = read_values(loaded, read_pairs("--parameter", parameters), suffix=suffix)
    if ask_password:
        values = _with_password(loaded, values)
    for secret in values.secret.values():
        tools.secrets.add(secret)
    return Inputs(template=loaded, values=values)


def require_suffix(suffix: str) -> None:
    """Raise RolloutError for a suffix that the template does not allow."""
    if not _SUFFIX.fullmatch(suffix) or len(suffix) > LONGEST_SUFFIX:
        raise wrong_use(
            f"invalid --suffix {suffix!r}",
            f"use 1 to {LONGEST_SUFFIX} lowercase letters, digits and single hyphens, "
            "such as dev-001",
        )


def require_not_of_a_set(stack_name: str) -> None:
    """Raise RolloutError for the name of a stack that StackSets have created."""
    if stack_name.startswith(OF_A_SET):
        raise wrong_use(
            f"invalid --stack-name {stack_name!r}: it is a stack of a stack set",
            "use rollout to change the stack set, or destroy --stack-set-name NAME to delete it",
        )


def read_names(stack: str | None, stack_set: str | None, suffix: str) -> StackNames:
    """Return the given names, or those of the suffix; raises RolloutError for an invalid one."""
    return StackNames(stack=name_from(stack, suffix), stack_set=name_from(stack_set, suffix))


def name_from(given: str | None, suffix: str) -> str:
    """Return the name of the stack or stack set; raises RolloutError for an invalid one."""
    name = default_name(suffix) if given is None else given
    if not _STACK_NAME.fullmatch(name):
        raise wrong_use(
            f"invalid stack name {name!r}",
            "use a letter, then up to 127 letters, digits and hyphens",
        )
    return name


def read_bucket(name: str | None) -> str | None:
    """Return the name of a bucket; raises RolloutError for one that S3 does not accept."""
    if name is not None and not _BUCKET_NAME.fullmatch(name):
        raise wrong_use(
            f"invalid --bucket {name!r}",
            "use 3 to 63 lowercase letters, digits, hyphens and dots, such as my-templates",
        )
    return name


def _with_password(template: Template, values: Values) -> Values:
    if not sys.stdin.isatty():
        variables = " or ".join(_secret_variables(template)) or "of the secret"
        raise wrong_use(
            "--ask-password needs a terminal", f"set the environment variable {variables}"
        )
    secret = dict(values.secret)
    for name, parameter in template.parameters.items():
        if parameter.no_echo:
            given: str = click.prompt(name, hide_input=True, confirmation_prompt=True, err=True)
            check_value(parameter, given)
            secret[name] = given
    return replace(values, secret=secret)


def _secret_variables(template: Template) -> list[str]:
    return [variable_of(name) for name, entry in template.parameters.items() if entry.no_echo]
