"""Resolves dynamic references in previous property values again during an update.

A handler compares the previous value of a property with the desired one. It is not documented
whether CloudFormation passes the previous value as it was or resolves the reference again. The
embedded AWS assumes the worse case: a secret that the same update changes has its new value on
both sides.
"""

from collections.abc import Callable, Mapping
from typing import Any, Self

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.document import is_list, is_object

_PREFIX = "{{resolve:"


class ResolvedReference(str):
    """The text that a reference resolved to, together with the reference."""

    __slots__ = ("reference",)

    reference: str

    def __new__(cls, value: str, reference: str) -> Self:
        """Store the reference with the text."""
        made = super().__new__(cls, value)
        made.reference = reference
        return made

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Preserve the reference in copies."""
        return type(self), (str(self), self.reference)


def install() -> None:
    """Record the reference of every property that consists of one."""
    ministack.replace_everywhere(ministack.ENGINE, "_resolve_dynamic_references", _keeping)


def read_again(node: Any) -> Any:  # noqa: ANN401 - properties of any shape
    """Resolve the references in properties again; an unresolvable one keeps its old value."""
    if isinstance(node, ResolvedReference):
        try:
            return ministack.look_up(ministack.ENGINE, "_resolve_dynamic_reference")(node.reference)
        except ValueError:
            return str(node)
    if is_object(node):
        return {name: read_again(value) for name, value in node.items()}
    return [read_again(entry) for entry in node] if is_list(node) else node


def _keeping(original: Callable[..., Any]) -> object:
    def resolve(value: Any, *given: object, **more: object) -> tuple[Any, Mapping[str, str]]:  # noqa: ANN401 - as above
        resolved, known = original(value, *given, **more)
        return _marked(value, resolved), known

    return resolve


def _marked(written: object, resolved: Any) -> Any:  # noqa: ANN401 - as above
    if is_object(written) and is_object(resolved):
        return {name: _marked(written.get(name), value) for name, value in resolved.items()}
    if is_list(written) and is_list(resolved):
        return [_marked(*pair) for pair in zip(written, resolved, strict=True)]
    if isinstance(written, str) and written.startswith(_PREFIX) and isinstance(resolved, str):
        return ResolvedReference(resolved, written)
    return resolved
