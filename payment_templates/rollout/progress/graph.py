"""Which resource of a template waits for which."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

_IN_SUB = re.compile(r"\$\{([A-Za-z0-9]+)[^}!]*\}")


def dependencies(resources: Mapping[str, Mapping[str, Any]]) -> Mapping[str, frozenset[str]]:
    """Give, for each resource, the resources that must be there before it."""
    return {
        name: frozenset(found for found in _named(entry) if found in resources and found != name)
        for name, entry in resources.items()
    }


def _named(entry: Mapping[str, Any]) -> Iterator[str]:
    waits: object = entry.get("DependsOn", [])
    yield from [waits] if isinstance(waits, str) else cast("list[str]", waits)
    for part in ("Properties", "Metadata"):
        yield from _references(entry.get(part))


def _references(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for entry in cast("list[object]", node):
            yield from _references(entry)
    elif isinstance(node, dict):
        for key, value in cast("dict[str, Any]", node).items():
            entries = cast("list[object]", value) if isinstance(value, list) else [value]
            first = next(iter(entries), "")
            if key == "Ref" and isinstance(value, str):
                yield value
            elif key == "Fn::GetAtt":
                yield str(first).partition(".")[0]
            elif key == "Fn::Sub":
                yield from _IN_SUB.findall(str(first))
                yield from _references(entries[1:])
            else:
                yield from _references(entries)
