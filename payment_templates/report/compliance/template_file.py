"""Names what was assessed, so that an auditor can find it and assess it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class TemplateFile:
    """A template's file, and the parameters for which it was assessed."""

    name: str
    # As sha256sum prints it.
    sha256: str
    # Those given, without the values that the template hides.
    parameters: Mapping[str, str]
