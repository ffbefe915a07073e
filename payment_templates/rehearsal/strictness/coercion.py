"""Converts scalars as CloudFormation does: "5" to 5, "true" to true, and 5 to "5"."""

from collections.abc import Mapping
from typing import Any

from payment_templates.rehearsal.document import is_list, is_object

_BOOLEANS = {"true": True, "false": False}


def coerced(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Convert "5" to 5, or 5 to "5", where the schema wants that type."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return coerced(value, _resolve(reference, root), root)
    if is_object(value):
        return {
            name: coerced(entry, schema.get("properties", {}).get(name, {}), root)
            for name, entry in value.items()
        }
    if is_list(value):
        items = schema.get("items", {})
        return [coerced(entry, items if is_object(items) else {}, root) for entry in value]
    return _scalar(value, schema.get("type"))


def _resolve(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _scalar(value: Any, expected: object) -> Any:  # noqa: ANN401 - JSON
    if is_list(expected):
        # With several types, a string stays if it is allowed; otherwise the first type applies.
        return (
            value
            if "string" in expected and isinstance(value, str)
            else _scalar(value, expected[0])
        )
    if isinstance(value, bool) and expected == "string":
        return str(value).lower()
    if isinstance(value, int | float) and expected == "string":
        return str(value)
    if isinstance(value, str) and expected == "boolean":
        return _BOOLEANS.get(value.lower(), value)
    if isinstance(value, str) and expected in {"integer", "number"}:
        return _number(value)
    return value


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
