"""Runs documented AWS CLI commands against the embedded AWS."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

import shlex
from typing import Any

import jmespath
from botocore import xform_name

from payment_templates.rehearsal import EmbeddedAws


def run(aws: EmbeddedAws, region: str, command: str, **placeholders: str) -> Any:
    """Run `aws <service> <operation> --option value`, with <placeholders> filled in.

    Returns the response, filtered by --query if given.
    """
    for name, value in placeholders.items():
        command = command.replace(f"<{name.replace('_', '-')}>", value)
    program, service, operation, *words = shlex.split(command.replace("\\\n", " "))
    assert (program, "<" in command) == ("aws", False), command
    client = aws.client(service, region)
    method = operation.replace("-", "_")
    shape = client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[method]
    ).input_shape
    options = _options(words)
    query = options.pop("query", None)
    parameters = {_member(shape, name): values for name, values in options.items()}
    given = {name: _value(shape.members[name], values) for name, values in parameters.items()}
    answer = getattr(client, method)(**given)
    # The library has no annotations.
    search: Any = jmespath.search
    return search(query[0], answer) if query else answer


def _options(words: list[str]) -> dict[str, list[str]]:
    options: dict[str, list[str]] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word.removeprefix("--")
            options[name] = []
        else:
            options[name].append(word)
    return options


def _member(shape: Any, option: str) -> str:
    names: dict[str, str] = {xform_name(member, "-"): member for member in shape.members}
    return names[option]


def _value(shape: Any, values: list[str]) -> Any:
    if shape.type_name == "list":
        return values
    if shape.type_name == "boolean":
        return True
    (value,) = values
    return int(value) if shape.type_name == "integer" else value
