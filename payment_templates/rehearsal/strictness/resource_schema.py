"""Rejects properties that violate AWS's schema of the resource type.

The wording is CloudFormation's, plus the value and the limit, which CloudFormation does not show:
github.com/aws-cloudformation/cloudformation-resource-schema, issues 85 and 127.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema.exceptions import ValidationError

from payment_templates.rehearsal.region_schemas import regional_schema
from payment_templates.rehearsal.strictness.coercion import coerced
from payment_templates.rehearsal.strictness.desired import Desired
from payment_templates.rehearsal.strictness.keywords import unknown_names, validator

# Types without a provider schema, such as Custom::Anything.
_UNSCHEMED = ("Custom::", "AWS::CloudFormation::")
_JSON_NAMES = {
    "array": "JSONArray",
    "object": "JSONObject",
    "string": "String",
    "integer": "Integer",
    "number": "Number",
    "boolean": "Boolean",
}


def check(desired: Desired) -> Iterator[str]:
    """Report properties that are unknown, missing, read-only, of a wrong type or out of range."""
    if desired.resource_type.startswith(_UNSCHEMED):
        return
    found = regional_schema(desired.resource_type, desired.region)
    if found is None:
        yield f"{desired.resource_type} is not available in {desired.region}"
        return
    schema = found.document
    instance = coerced(desired.properties, schema, schema)
    problems = [
        *_read_only(instance, schema),
        *(_message(error) for error in violations(desired)),
    ]
    if problems:
        yield (
            f"Properties validation failed for resource {desired.logical_id} with message:\n"
            + "\n".join(problems)
        )


def violations(desired: Desired) -> Iterator[ValidationError]:
    """Return the violations of the schema; none for a type without one."""
    found = regional_schema(desired.resource_type, desired.region)
    if found is None or desired.resource_type.startswith(_UNSCHEMED):
        return
    instance = coerced(desired.properties, found.document, found.document)
    yield from _leaves(_validator(desired).iter_errors(instance))


def constraint(error: ValidationError) -> str:
    """Describe a violation without its place, in CloudFormation's words."""
    return _message(error).partition(": ")[2]


def _validator(desired: Desired) -> Any:  # noqa: ANN401 - jsonschema makes the class at run time
    return _cached_validator(desired.resource_type, desired.region)


@cache
def _cached_validator(resource_type: str, region: str) -> Any:  # noqa: ANN401 - as above
    schema = regional_schema(resource_type, region)
    return validator(schema.document if schema else {})


def _read_only(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    writable = {*schema.get("createOnlyProperties", ()), *schema.get("writeOnlyProperties", ())}
    for path in schema.get("readOnlyProperties", ()):
        name = path.removeprefix("/properties/")
        if path not in writable and "/" not in name and name in instance:
            yield f"#/{name}: read-only property cannot be set"


def _leaves(errors: Iterator[ValidationError]) -> Iterator[ValidationError]:
    # Of alternatives, the deepest error is the most specific: "anyOf" alone names no property.
    for error in errors:
        if error.validator in {"anyOf", "oneOf"} and error.context:
            yield max(error.context, key=lambda inner: len(inner.absolute_path))
        else:
            yield error


def _message(error: ValidationError) -> str:
    path = "/".join(("#", *(str(part) for part in error.absolute_path)))
    # Always set on an error that the validator yields, contrary to the stub.
    limit: Any = error.validator_value
    value: Any = error.instance
    schema: Any = error.schema
    keyword = str(error.validator)
    if keyword == "additionalProperties":
        extra = ", ".join(sorted(unknown_names(value, schema)))
        return f"{path}: extraneous key [{extra}] is not permitted"
    if keyword == "required":
        missing = ", ".join(name for name in limit if name not in value)
        return f"{path}: required key [{missing}] not found"
    if keyword == "type":
        expected = limit if isinstance(limit, str) else limit[0]
        return (
            f"{path}: expected type: {_JSON_NAMES.get(expected, expected)}, found: {_kind(value)}"
        )
    return f"{path}: failed validation constraint for keyword [{keyword}] ({error.message})"


def _kind(value: object) -> str:
    kinds = (
        (bool, "Boolean"),
        (int, "Integer"),
        (float, "Number"),
        (str, "String"),
        (list, "JSONArray"),
        (dict, "JSONObject"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "Null")
