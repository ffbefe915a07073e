"""References to what the template does not have.

AWS's wordings: github.com/serverless/serverless/issues/4745 and, of conditions,
github.com/aws-samples/aws-refarch-moodle/pull/64.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.document import is_list, is_object

_PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in (
        "AccountId",
        "NoValue",
        "NotificationARNs",
        "Partition",
        "Region",
        "StackId",
        "StackName",
        "URLSuffix",
    )
)
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


def install() -> None:
    """Refuse a template with a dangling reference before a stack exists."""
    ministack.replace_everywhere(ministack.ENGINE, "validate_template_support", _checked)


def _checked(original: Callable[..., None]) -> object:
    def validate(
        template: Mapping[str, Any],
        conditions: Mapping[str, bool],
        params: Mapping[str, Any] | None = None,
    ) -> None:
        original(template, conditions, params=params)
        for reason in dangling(template):
            raise ValueError(f"Template format error: {reason}")

    return validate


def dangling(template: Mapping[str, Any]) -> Iterator[str]:
    """Say what is referred to and missing, section by section."""
    parameters = {*template.get("Parameters", {}), *_PSEUDO_PARAMETERS}
    resources = {*template.get("Resources", {})}
    conditions = {*template.get("Conditions", {})}
    for name in sorted({*_referred(template.get("Conditions", {}))} - parameters):
        yield (
            f"Unresolved dependencies [{name}]. "
            "Cannot reference resources in the Conditions block of the template"
        )
    for section in ("Resources", "Outputs"):
        missing = {*_referred(template.get(section, {}))} - parameters - resources
        if missing:
            names = ", ".join(sorted(missing))
            yield (
                f"Unresolved resource dependencies [{names}] in the {section} block of the template"
            )
        for name in sorted({*_conditions(template.get(section, {}))} - conditions):
            yield f"Unresolved condition dependency {name} in the {section} block of the template"


def _referred(node: object) -> Iterator[str]:
    if is_list(node):
        for entry in node:
            yield from _referred(entry)
    if not is_object(node):
        return
    for key, value in node.items():
        if key == "Ref" and isinstance(value, str):
            yield value
        elif key == "Fn::GetAtt":
            yield value.partition(".")[0] if isinstance(value, str) else str(value[0])
        elif key == "Fn::Sub":
            yield from _substituted(value)
        elif key == "DependsOn":
            yield from [value] if isinstance(value, str) else value
        elif key != "Metadata":
            yield from _referred(value)


def _substituted(value: str | list[Any]) -> Iterator[str]:
    text: str = value if isinstance(value, str) else value[0]
    own: dict[str, Any] = {} if isinstance(value, str) else value[1]
    yield from _referred(own)
    for variable in _VARIABLE.findall(text):
        if variable not in own:
            yield variable.partition(".")[0]


def _conditions(node: object) -> Iterator[str]:
    if is_list(node):
        for entry in node:
            yield from _conditions(entry)
    if not is_object(node):
        return
    for key, value in node.items():
        if key == "Fn::If":
            yield str(value[0])
            yield from _conditions(value[1:])
        elif key == "Condition" and isinstance(value, str):
            yield value
        elif key != "Metadata":
            yield from _conditions(value)
