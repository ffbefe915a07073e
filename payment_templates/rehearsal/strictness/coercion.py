"""CloudFormation's tolerance: "5" is taken for 5, "true" for true, and 5 for "5"."""

from collections.abc import Mapping
from typing import Any

from payment_templates.rehearsal.document import is_list, is_object

_BOOLEANS = {"true": True, "false": False}


def coerced(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Turn scalars into the types of the schema where that loses nothing."""
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


def _scalar(value: Any, wanted: object) -> Any:  # noqa: ANN401 - JSON
    if is_list(wanted):
        # Of several types, a value that is already one of them stays; the first one else.
        return value if "string" in wanted and isinstance(value, str) else _scalar(value, wanted[0])
    if isinstance(value, bool) and wanted == "string":
        return str(value).lower()
    if isinstance(value, int | float) and wanted == "string":
        return str(value)
    if isinstance(value, str) and wanted == "boolean":
        return _BOOLEANS.get(value.lower(), value)
    if isinstance(value, str) and wanted in {"integer", "number"}:
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
