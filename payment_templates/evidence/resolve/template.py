"""A template as it stands in its file, before anything is resolved."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from payment_templates.evidence.resolve.errors import EvidenceError

if TYPE_CHECKING:
    from pathlib import Path

# CloudFormation's JSON has no narrower type than this.
Json = dict[str, Any]


# Compared by identity, so that what is found once on a template can be kept.
@dataclass(frozen=True, kw_only=True, eq=False)
class Template:
    """A CloudFormation template in JSON, and the text that it was read from."""

    text: str
    document: Json
    # What has been resolved already, by whoever resolves, under a key of its own.
    known: dict[tuple[object, ...], object] = field(
        default_factory=dict[tuple[object, ...], object]
    )

    def section(self, name: str) -> dict[str, Json]:
        """Give a section of the template, empty when it has none."""
        return cast("dict[str, Json]", self.document.get(name, {}))


def read_template(path: Path) -> Template:
    """Read a template file; raises EvidenceError when it is no template in JSON."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise EvidenceError(f"cannot read {path}: {reason}") from error
    return parse_template(text, name=str(path))


def parse_template(text: str, *, name: str) -> Template:
    """Make a template of its text; raises EvidenceError, with the name, when it is none."""
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise EvidenceError(
            f"{name} is no JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from error
    if not isinstance(document, dict):
        raise EvidenceError(f"{name} is no CloudFormation template: an object with Resources is")
    sections = cast("Json", document)
    resources: object = sections.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise EvidenceError(f"{name} is no CloudFormation template: it has no Resources")
    for section in ("Parameters", "Rules", "Conditions", "Resources", "Outputs"):
        _refuse_misshapen(sections.get(section, {}), f"{name}: {section}", section)
    return Template(text=text, document=sections)


def _refuse_misshapen(entries: object, place: str, section: str) -> None:
    if not isinstance(entries, dict):
        raise EvidenceError(f"{place} is no object")
    for logical_id, entry in cast("Json", entries).items():
        if not isinstance(entry, dict):
            raise EvidenceError(f"{place}.{logical_id} is no object")
        if section == "Resources" and not isinstance(cast("Json", entry).get("Type"), str):
            raise EvidenceError(f"{place}.{logical_id} has no Type")
