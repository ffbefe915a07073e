"""Validates AWS's JSON schemas: the standard keywords, and those that cfn-lint's files add.

Each keyword function has the signature that jsonschema requires.
"""

# ruff: noqa: ANN401 - a keyword validates any JSON, and jsonschema makes its classes at run time.

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import regex
from jsonschema import Draft7Validator, ValidationError, validators

from payment_templates.rehearsal.document import is_object


def validator(schema: Mapping[str, Any]) -> Any:
    """Return a validator for AWS's schema of one resource type."""
    return _validator_class()(schema)


@cache
def _validator_class() -> Any:
    library: Any = validators
    return library.extend(
        Draft7Validator,
        {
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "additionalProperties": _additional_properties,
            "requiredXor": _required_xor,
            "requiredOr": _required_or,
            "dependentRequired": _dependent_required,
            "dependentExcluded": _dependent_excluded,
            "enumCaseInsensitive": _enum_case_insensitive,
        },
    )


def _pattern(
    _validator: object, pattern: str, instance: object, _schema: object
) -> Iterator[ValidationError]:
    # AWS's patterns are Java's: Python's own re module does not support \p{L}.
    if isinstance(instance, str) and not regex.search(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validating: Any,
    patterns: Mapping[str, Any],
    instance: Any,
    _schema: object,
) -> Iterator[ValidationError]:
    for pattern, schema in patterns.items() if is_object(instance) else ():
        for name, value in instance.items():
            if regex.search(pattern, name):
                yield from validating.descend(value, schema, path=name, schema_path=pattern)


def _additional_properties(
    validating: Any,
    schema: object,
    instance: Any,
    whole: Mapping[str, Any],
) -> Iterator[ValidationError]:
    extra = unknown_names(instance, whole)
    if schema is False and extra:
        yield ValidationError(f"{extra} are not known")
    for name in extra if is_object(schema) and is_object(instance) else ():
        yield from validating.descend(instance[name], schema, path=name)


def unknown_names(instance: object, schema: Mapping[str, Any]) -> list[str]:
    """Return the properties that the schema neither lists nor matches by a pattern."""
    patterns = schema.get("patternProperties", {})
    return [
        name
        for name in (instance if is_object(instance) else ())
        if name not in schema.get("properties", {})
        and not any(regex.search(pattern, name) for pattern in patterns)
    ]


def _required_xor(
    _validator: object, names: list[str], instance: Any, _schema: object
) -> Iterator[ValidationError]:
    if is_object(instance) and len(given := [n for n in names if n in instance]) != 1:
        yield ValidationError(f"exactly one of {names} is required, given are {given}")


def _required_or(
    _validator: object, names: list[str], instance: Any, _schema: object
) -> Iterator[ValidationError]:
    if is_object(instance) and not any(name in instance for name in names):
        yield ValidationError(f"one of {names} is required")


def _dependent_required(
    _validator: object, needs: Mapping[str, list[str]], instance: Any, _schema: object
) -> Iterator[ValidationError]:
    for name, needed in needs.items() if is_object(instance) else ():
        missing = [other for other in needed if other not in instance]
        if name in instance and missing:
            yield ValidationError(f"{name} needs {missing}")


def _dependent_excluded(
    _validator: object, rivals: Mapping[str, list[str]], instance: Any, _schema: object
) -> Iterator[ValidationError]:
    for name, excluded in rivals.items() if is_object(instance) else ():
        given = [other for other in excluded if other in instance]
        if name in instance and given:
            yield ValidationError(f"{name} excludes {given}")


def _enum_case_insensitive(
    _validator: object, allowed: list[str], instance: Any, _schema: object
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and instance.lower() not in {name.lower() for name in allowed}:
        yield ValidationError(f"{instance!r} is not one of {allowed}")
