"""Pairs the conditions of two templates that have the same definition under another name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template


def renamed_conditions(before: Template, after: Template) -> dict[str, str]:
    """Return the new name of each condition of the old template that has another name."""
    gone = [name for name in before.conditions if name not in after.conditions]
    new = [name for name in after.conditions if name not in before.conditions]
    found: dict[str, str] = {}
    for name in gone:
        wanted = definition(before, name)
        same = (it for it in new if it not in found.values() and definition(after, it) == wanted)
        if (other := next(same, None)) is not None:
            found[name] = other
    return found


def with_new_names(text: str, renamed: Mapping[str, str]) -> str:
    """Return a text that names conditions with their new names."""
    if not renamed:
        return text
    names = "|".join(map(re.escape, renamed))
    return re.sub(rf"\b(?:{names})\b", lambda found: renamed[found[0]], text)


def definition(template: Template, name: str) -> object:
    """Return the definition of a condition; the conditions that it names are expanded."""
    expression = template.conditions[name].expression
    return _expanded(template, expression, (name,))


def _expanded(template: Template, value: object, inside: tuple[str, ...]) -> object:
    match value:
        case {"Condition": str(name)} if name in template.conditions and name not in inside:
            expression = template.conditions[name].expression
            return _expanded(template, expression, (*inside, name))
        case Mapping():
            entries = cast("Mapping[str, object]", value)
            return {key: _expanded(template, it, inside) for key, it in entries.items()}
        case Sequence() if not isinstance(value, str):
            return [_expanded(template, it, inside) for it in cast("Sequence[object]", value)]
        case _:
            return value
