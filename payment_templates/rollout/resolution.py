"""What of a template is known before it is deployed: values, names, which resources there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.rollout.template import Template
    from payment_templates.rollout.values import Values

_PLACEHOLDER = re.compile(r"\$\{([^}!]+)\}")


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A template with values, in one region of one account."""

    template: Template
    values: Values
    region: str
    account: str

    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Give the resources that will be there; one whose condition is not known is."""
        return {
            name: entry
            for name, entry in self.template.resources.items()
            if self._condition(entry.get("Condition")) is not False
        }

    def text(self, node: object) -> str | None:
        """Give the text that a value becomes; None when only AWS knows it."""
        if isinstance(node, (str, int, float)):
            return str(node)
        function, given = _call(node)
        if function == "Fn::If":
            condition, *branches = _list(given, 3)
            chosen = self._condition(condition)
            return None if chosen is None else self.text(branches[0 if chosen else 1])
        if function in {"Ref", "Fn::Sub"} and not isinstance(given, str):
            return None
        known = {"Ref": self._reference, "Fn::Sub": self._substituted, "Fn::Join": self._joined}
        return known[function](given) if function in known else None

    def decides(self, node: object) -> bool | None:
        """Return whether a condition holds; None when only AWS knows, True where there is none."""
        return self._condition(node)

    def _reference(self, name: str) -> str | None:
        pseudo = {"AWS::Region": self.region, "AWS::AccountId": self.account}
        if name in pseudo:
            return pseudo[name]
        parameter = self.template.parameters.get(name)
        if parameter is None:
            return None
        if parameter.concealed:
            # Enough for conditions: whether it was given, not what it is.
            return "given" if name in self.values.secret else parameter.default
        return self.values.open.get(name, parameter.default)

    def _substituted(self, text: str) -> str | None:
        values = {name: self._reference(name) for name in _PLACEHOLDER.findall(text)}
        if None in values.values():
            return None
        return _PLACEHOLDER.sub(lambda match: str(values[match.group(1)]), text)

    def _joined(self, given: Any) -> str | None:  # noqa: ANN401 - a node of the template
        delimiter, parts = _list(given, 2)
        if isinstance(parts, dict):
            # A list parameter: its text is the list, parted by commas.
            listed = self.text(cast("object", parts))
            return None if listed is None else str(delimiter).join(listed.split(","))
        if not isinstance(parts, list):
            return None
        texts = [self.text(part) for part in cast("list[object]", parts)]
        known = [text for text in texts if text is not None]
        return str(delimiter).join(known) if len(known) == len(texts) else None

    def _condition(self, node: object) -> bool | None:
        if node is None:
            return True
        if isinstance(node, str):
            return self._condition(self.template.document.get("Conditions", {}).get(node, {}))
        function, given = _call(node)
        if function == "Condition":
            return self._condition(given)
        if function == "Fn::Equals":
            texts = [self.text(part) for part in _list(given, 2)]
            return None if None in texts else texts[0] == texts[1]
        parts = cast("list[object]", given) if isinstance(given, list) else []
        return _combined(function, [self._condition(part) for part in parts])


def _call(node: object) -> tuple[str, Any]:
    members = cast("dict[str, Any]", node) if isinstance(node, dict) else {}
    return next(iter(members.items())) if len(members) == 1 else ("", None)


def _list(node: object, length: int) -> list[object]:
    # A list that is none, or of another length, is CloudFormation's to refuse: nothing is known.
    members = cast("list[object]", node) if isinstance(node, list) else []
    return members if len(members) == length else [None] * length


def _combined(function: str, parts: list[bool | None]) -> bool | None:
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    if function == "Fn::Not":
        return not known[0]
    return all(known) if function == "Fn::And" else any(known)
