"""Small changes to a template's document, to see what notices them."""

from __future__ import annotations

import copy
import marshal
from collections.abc import Callable
from typing import Any, cast

# CloudFormation's JSON has no narrower type than this.
Json = dict[str, Any]
Change = Callable[[Json], None]

SECTIONS = ("Conditions.", "Metadata.", "Outputs.", "Parameters.", "Resources.", "Rules.")


def changed(document: Json, *changes: Change) -> Json:
    """Apply changes to a copy of a document."""
    # A fifth of the time of copy.deepcopy, and a template has nothing but JSON.
    other = cast("Json", marshal.loads(marshal.dumps(document)))  # noqa: S302 - our own document
    for change in changes:
        change(other)
    return other


def put(path: str, value: object) -> Change:
    """Set the value at a path, of a resource unless the path names a section."""

    def change(document: Json) -> None:
        holder, key = _holder(document, path)
        # A copy: a later change must not reach the value of another test.
        holder[key] = copy.deepcopy(value)

    return change


def append(path: str, value: object = None) -> Change:
    """Lengthen the list at a path, by a statement that says nothing unless a value is given."""

    def change(document: Json) -> None:
        holder, key = _holder(document, path)
        holder[key].append({} if value is None else value)

    return change


def remove(path: str, value: object) -> Change:
    """Take an entry out of the list at a path."""

    def change(document: Json) -> None:
        holder, key = _holder(document, path)
        holder[key].remove(value)

    return change


def turn(path: str) -> Change:
    """Make what is true false, and what is false true."""

    def change(document: Json) -> None:
        holder, key = _holder(document, path)
        holder[key] = not holder[key]

    return change


def cut(path: str) -> Change:
    """Remove the value at a path."""

    def change(document: Json) -> None:
        holder, key = _holder(document, path)
        del holder[key]

    return change


def drop(logical_id: str) -> Change:
    """Remove a resource, with its output and the list entries that refer to it."""

    def change(document: Json) -> None:
        del document["Resources"][logical_id]
        outputs: Json = document.get("Outputs", {})
        for name in [name for name, output in outputs.items() if _names(output, logical_id)]:
            del outputs[name]
        _forget(document["Resources"], logical_id)

    return change


def _holder(document: Json, path: str) -> tuple[Any, Any]:
    *parents, last = path.split(".")
    place: Any = document if path.startswith(SECTIONS) else document["Resources"]
    for step in parents:
        place = place[_key(place, step)]
    return place, _key(place, last)


def _key(place: object, step: str) -> int | str:
    return int(step) if isinstance(place, list) else step


def _names(value: object, logical_id: str) -> bool:
    return f"'{logical_id}'" in str(value)


def _forget(value: object, logical_id: str) -> None:
    if isinstance(value, list):
        entries = cast("list[object]", value)
        entries[:] = [entry for entry in entries if entry not in (logical_id, {"Ref": logical_id})]
        for entry in entries:
            _forget(entry, logical_id)
    elif isinstance(value, dict):
        for entry in cast("Json", value).values():
            _forget(entry, logical_id)


def refuse_path(pattern: str) -> Change:
    """Let a rule of the listener answer a path by itself."""
    return put(
        "ListenerRule",
        {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Properties": {
                "ListenerArn": {"Ref": "HttpListener"},
                "Priority": 1,
                "Conditions": [{"Field": "path-pattern", "Values": [pattern]}],
                "Actions": [{"Type": "fixed-response"}],
            },
        },
    )
