"""Decides what can be read of a text, with examples in place of echoed parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Parameter

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
_PSEUDO_PARAMETER = re.compile(r"\$\{AWS::(\w+)\}")
REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
# ssm-secure and secretsmanager return secrets; ssm, which reads a String parameter, does not:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
SECRET_REFERENCE = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):")
STORED_TEXT = re.compile(r"\{\{resolve:ssm:[^{}]*\}\}")


def example_of(parameter: Parameter) -> str:
    """Return a value of a parameter, by which it may turn out to be no secret."""
    if parameter.type.startswith("AWS::") and not parameter.is_stored:
        # The name or ID of something, such as a key pair.
        return "arn:aws:any:"
    given = parameter.default if not parameter.is_stored else ""
    return given or next(iter(parameter.allowed_values), "1" if parameter.is_number else "x")


def without_pseudo(text: str) -> str:
    """Return a text with an example in place of each pseudo parameter."""
    # Most texts have no reference.
    if "${" not in text:
        return text
    return _PSEUDO_PARAMETER.sub(lambda it: "" if it[1] == "NoValue" else "x", text)


def filled(text: str, echoed: Mapping[str, str]) -> str:
    """Return a text with an example in place of each parameter that is echoed."""
    if "${" not in text:
        return text
    return REFERENCE.sub(lambda it: echoed.get(it[1], it[0]), text)


def is_readable(value: str) -> bool:
    """Return whether a value is text that can be read in the template or the stack."""
    return bool(value) and "${" not in value and not SECRET_REFERENCE.search(value)
