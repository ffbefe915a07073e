"""Finds conditions and rules that compare a secret parameter with a text of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation.references import calls_in
from payment_templates.evidence.security.secret_values import exposure_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Template

_COMPARISONS = {"Fn::Contains", "Fn::EachMemberIn", "Fn::Equals"}
# Under this name, every value but a switch or the name of something is a secret.
_PASSWORD = "password"  # noqa: S105 - a name.


def compared_secrets(template: Template, secrets: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each secret parameter that is compared with what may be its value, with the place.

    A comparison with "", which tells whether a secret is given, shows nothing.
    """
    for section in ("Conditions", "Rules"):
        for function, operands in calls_in(template.document.get(section)):
            if function in _COMPARISONS and isinstance(operands, list):
                words = [*_words(cast("object", operands))]
                named = [name for name, is_reference in words if is_reference and name in secrets]
                given = [word for word, is_reference in words if not is_reference]
                if named and any(exposure_of(_PASSWORD, it) for it in given):
                    yield section, named[0]


def _words(value: object) -> Iterator[tuple[str, bool]]:
    """Yield each text, and each parameter that is referred to, in the operands of a function."""
    if isinstance(value, str | int):
        yield str(value), False
    elif isinstance(value, list):
        for entry in cast("list[object]", value):
            yield from _words(entry)
    elif isinstance(value, dict) and isinstance(
        name := cast("dict[str, object]", value).get("Ref"), str
    ):
        yield name, True
