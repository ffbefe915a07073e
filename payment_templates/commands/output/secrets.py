"""Hides secrets in everything that a command prints."""

from dataclasses import dataclass, field
from typing import cast

from payment_templates.rollout.values import CONCEALED


@dataclass(kw_only=True)
class Secrets:
    """The texts to hide; mutable, since the output exists before the secrets are read."""

    _texts: set[str] = field(default_factory=set[str], repr=False)

    def add(self, text: str) -> None:
        """Hide this text from now on."""
        if text:
            self._texts.add(text)

    def hide(self, line: str) -> str:
        """Return the line without the secrets."""
        for text in self._texts:
            line = line.replace(text, CONCEALED)
        return line

    def hide_within(self, node: object) -> object:
        """Return a JSON document without the secrets in its values; its keys are not secret."""
        if isinstance(node, str):
            return self.hide(node)
        if isinstance(node, list):
            return [self.hide_within(member) for member in cast("list[object]", node)]
        if isinstance(node, dict):
            members = cast("dict[str, object]", node)
            return {key: self.hide_within(member) for key, member in members.items()}
        return node
