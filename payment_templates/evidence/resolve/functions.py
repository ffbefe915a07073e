"""The intrinsic functions that are known, each for one value and its place in the template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.resolve.errors import UnresolvedError
from payment_templates.evidence.resolve.plain import PLAIN
from payment_templates.evidence.resolve.references import NO_VALUE, Names, get_att, ref
from payment_templates.evidence.resolve.regions import zones_of
from payment_templates.evidence.resolve.values import Reference, Text, Value, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def resolve(raw: object, place: str, names: Names) -> Value:
    """Resolve a value and all below it; raises UnresolvedError for what is not known."""
    if isinstance(raw, list):
        entries = (
            resolve(entry, f"{place}[{index}]", names)
            for index, entry in enumerate(cast("list[object]", raw))
        )
        return [entry for entry in entries if entry is not NO_VALUE]
    if not isinstance(raw, dict):
        return cast("Value", raw)
    table = cast("dict[str, object]", raw)
    for function in table:
        if function == "Ref" or function.startswith("Fn::"):
            if len(table) > 1:
                raise UnresolvedError(place, f"{function} stands beside other keys")
            return _call(function, table[function], f"{place}.{function}", names)
    found = {key: resolve(entry, f"{place}.{key}", names) for key, entry in table.items()}
    return {key: entry for key, entry in found.items() if entry is not NO_VALUE}


def _call(function: str, operand: object, place: str, names: Names) -> Value:
    if function in PLAIN:
        return PLAIN[function](resolve(operand, place, names), place)
    known = _FUNCTIONS.get(function)
    if known is None:
        raise UnresolvedError(place, f"{function} is not known here, so nothing can be shown")
    return known(operand, place, names)


def _sub(operand: object, place: str, names: Names) -> Value:
    match cast("list[object]", operand if isinstance(operand, list) else [operand, {}]):
        case [str(text), given]:
            local = resolve(given, place, names)
        case _:
            raise UnresolvedError(place, "text, or text and its variables, is expected")
    if not isinstance(local, Mapping):
        raise UnresolvedError(place, f"{local} is no table of variables")
    pieces = _VARIABLE.split(text)
    parts: list[Value] = []
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            parts.append(piece)
        elif piece.startswith("!"):
            parts.append(f"${{{piece[1:]}}}")
        elif piece in local:
            parts.append(local[piece])
        else:
            known = get_att if "." in piece else ref
            parts.append(known(piece, place, names))
    return _text(parts, place)


def _join(operand: object, place: str, names: Names) -> Value:
    match cast("list[object]", operand):
        case [str(separator), values]:
            entries = listed(resolve(values, place, names))
        case _:
            raise UnresolvedError(place, "a separator and a list are expected")
    parts: list[Value] = []
    for entry in entries:
        parts += [separator, entry] if parts else [entry]
    return _text(parts, place)


def _text(parts: Sequence[Value], place: str) -> Value:
    joined: list[str | Reference] = []
    for part in parts:
        if isinstance(part, Text):
            joined.extend(part.parts)
        elif isinstance(part, Reference):
            joined.append(part)
        elif isinstance(part, (str, int, float)) and not isinstance(part, bool):
            joined.append(str(part))
        else:
            raise UnresolvedError(place, f"{part} cannot stand within text")
    if all(isinstance(part, str) for part in joined):
        return "".join(cast("list[str]", joined))
    return Text(parts=tuple(part for part in joined if part != ""))


def _if(operand: object, place: str, names: Names) -> Value:
    match cast("list[object]", operand):
        case [str(condition), then, otherwise] if condition in names.conditions:
            chosen = then if names.conditions[condition] else otherwise
            return resolve(chosen, place, names)
        case _:
            raise UnresolvedError(place, "a condition of the template and two values are expected")


def _select(operand: object, place: str, names: Names) -> Value:
    match cast("list[object]", operand):
        case [int() | str() as index, values] if str(index).isdigit():
            entries = listed(resolve(values, place, names))
        case _:
            raise UnresolvedError(place, "an index and a list are expected")
    if int(index) >= len(entries):
        raise UnresolvedError(place, f"index {index} is beyond a list of {len(entries)}")
    return entries[int(index)]


def _get_azs(operand: object, place: str, names: Names) -> Value:
    region = resolve(operand, place, names) or names.region
    return zones_of(str(region))


def _find_in_map(operand: object, place: str, names: Names) -> Value:
    match resolve(operand, place, names):
        case [str(name), str(top), str(second)]:
            found: object = names.mappings.get(name, {}).get(top)
        case _:
            raise UnresolvedError(place, "a mapping and two keys are expected")
    if not isinstance(found, dict) or second not in found:
        raise UnresolvedError(place, f"the template has no {name}.{top}.{second}")
    return resolve(cast("dict[str, object]", found)[second], place, names)


_FUNCTIONS: dict[str, Callable[[object, str, Names], Value]] = {
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": get_att,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Sub": _sub,
    "Ref": ref,
}
