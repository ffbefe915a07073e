"""Decides the value of each parameter: the template's, the set's or the instance's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rehearsal.wire import validation_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rehearsal.stack_sets.model.stacks import Template


def resolve_parameters(
    given: Sequence[ParameterTypeDef] | None, template: Template, *, previous: Mapping[str, str]
) -> dict[str, str]:
    """Return the value of every parameter of the template.

    A parameter that a given list omits returns to the template's default. Without a list, all
    values stay (API UpdateStackSet, Parameters and Accounts).
    """
    values = dict(previous) if given is None else _read(given, previous)
    defaults = {
        name: parameter.default
        for name, parameter in template.parameters.items()
        if parameter.default is not None
    }
    if given is not None:
        _refuse_unknown(values, template.parameters)
    _refuse_without_value(template.parameters.keys() - values.keys() - defaults.keys())
    return {name: values.get(name, defaults.get(name, "")) for name in template.parameters}


def resolve_overrides(
    given: Sequence[ParameterTypeDef] | None,
    parameters: Mapping[str, str],
    *,
    previous: Mapping[str, str],
) -> dict[str, str]:
    """Return the overrides of an instance.

    What the list leaves out goes back to the set's value; without a list everything stays
    (API UpdateStackInstances, ParameterOverrides).
    """
    if given is None:
        return dict(previous)
    _refuse_unknown((entry.get("ParameterKey", "") for entry in given), parameters)
    kept = [entry for entry in given if not _reverts_to_set(entry, previous)]
    return _read(kept, previous)


def _read(given: Sequence[ParameterTypeDef], previous: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for entry in given:
        key = entry.get("ParameterKey", "")
        if not entry.get("UsePreviousValue"):
            values[key] = entry.get("ParameterValue", "")
        elif "ParameterValue" in entry:
            raise validation_error(
                f"Invalid input for parameter key {key}. "
                "Cannot specify usePreviousValue as true and non empty value for a parameter"
            )
        elif key in previous:
            values[key] = previous[key]
        else:
            raise validation_error(
                f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true "
                "for a parameter key not in the previous template"
            )
    return values


def _reverts_to_set(entry: ParameterTypeDef, previous: Mapping[str, str]) -> bool:
    return bool(entry.get("UsePreviousValue")) and entry.get("ParameterKey") not in previous


def _refuse_unknown(names: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise validation_error(f"Parameters: [{', '.join(unknown)}] do not exist in the template")


def _refuse_without_value(names: Iterable[str]) -> None:
    missing = sorted(names)
    if missing:
        raise validation_error(f"Parameters: [{', '.join(missing)}] must have values")
