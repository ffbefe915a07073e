"""Texts that must never be shown, whoever wrote the line that they are in."""

from dataclasses import dataclass, field

from payment_templates.rollout.values import CONCEALED


@dataclass(kw_only=True)
class Secrets:
    """Grows as secrets are read; mutable, since the screen is there before them."""

    _texts: set[str] = field(default_factory=set[str], repr=False)

    def add(self, text: str) -> None:
        """Hide this text from now on."""
        if text:
            self._texts.add(text)

    def hide(self, line: str) -> str:
        """Give the line without the secrets."""
        for text in self._texts:
            line = line.replace(text, CONCEALED)
        return line
