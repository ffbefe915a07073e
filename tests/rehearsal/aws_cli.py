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
    assert "<" not in command, command
    return execute(aws, region, shlex.split(command.replace("\\\n", " ")))


def execute(aws: EmbeddedAws, region: str, words: list[str]) -> Any:
    """Run a command that is split into words; --region takes precedence over the region."""
    program, service, operation, *rest = words
    assert program == "aws", words
    options = _options(rest)
    (chosen,) = options.pop("region", [region])
    # The AWS CLI has s3 for commands of its own.
    client = aws.client("s3" if service == "s3api" else service, chosen)
    method = operation.replace("-", "_")
    shape = client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[method]
    ).input_shape
    query = options.pop("query", None)
    given = dict(_parameter(shape, name, values) for name, values in options.items())
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


def _parameter(shape: Any, option: str, values: list[str]) -> tuple[str, Any]:
    names: dict[str, str] = {xform_name(member, "-"): member for member in shape.members}
    if option not in names:
        # --no-deletion-protection
        return names[option.removeprefix("no-")], False
    return names[option], _value(shape.members[names[option]], values)


def _value(shape: Any, values: list[str]) -> Any:
    if shape.type_name == "list":
        return [_member(shape.member, value) for value in values]
    if shape.type_name == "boolean":
        return True
    (value,) = values
    return int(value) if shape.type_name == "integer" else value


def _member(shape: Any, value: str) -> Any:
    # The AWS CLI's shorthand: Name=Value,Name=Value.
    if shape.type_name != "structure":
        return value
    return dict(pair.split("=", 1) for pair in value.split(","))
