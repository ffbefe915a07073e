"""A template as it stands in its file, before anything is resolved."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, cast

from payment_templates.evidence.resolve.errors import EvidenceError

if TYPE_CHECKING:
    from pathlib import Path

# CloudFormation's JSON has no narrower type than this.
Json = dict[str, Any]
# Far more than any template needs, far less than Python follows.
_DEEPEST = 100
_SURROGATE = re.compile("[\ud800-\udfff]")


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
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise EvidenceError(f"cannot read {path}: {reason}") from error
    return parse_template(text, name=str(path))


def parse_template(text: str, *, name: str) -> Template:
    """Make a template of its text; raises EvidenceError, with the name, when it is none."""
    try:
        document: object = json.loads(text, parse_float=_finite, parse_constant=_finite)
    except json.JSONDecodeError as error:
        raise EvidenceError(
            f"{name} is no JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise EvidenceError(f"{name} is nested too deeply") from error
    except ValueError as error:
        raise EvidenceError(f"{name} holds a number that is none for AWS: {error}") from error
    _refuse_unreadable(document, name, 0)
    if not isinstance(document, dict):
        raise EvidenceError(f"{name} is no CloudFormation template: an object with Resources is")
    sections = cast("Json", document)
    resources: object = sections.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise EvidenceError(f"{name} is no CloudFormation template: it has no Resources")
    for section in ("Parameters", "Mappings", "Rules", "Conditions", "Resources", "Outputs"):
        _refuse_misshapen(sections.get(section, {}), f"{name}: {section}", section)
    return Template(text=text, document=sections)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is not finite")
    return number


def _refuse_unreadable(value: object, name: str, depth: int) -> None:
    """Refuse what could neither be followed nor written again."""
    if depth > _DEEPEST:
        raise EvidenceError(f"{name} is nested deeper than {_DEEPEST} levels")
    if isinstance(value, str) and _SURROGATE.search(value):
        raise EvidenceError(f"{name} holds half a character: {value!a}")
    if isinstance(value, dict):
        for key, entry in cast("Json", value).items():
            _refuse_unreadable(key, name, depth)
            _refuse_unreadable(entry, name, depth + 1)
    elif isinstance(value, list):
        for entry in cast("list[object]", value):
            _refuse_unreadable(entry, name, depth + 1)


def _refuse_misshapen(entries: object, place: str, section: str) -> None:
    if not isinstance(entries, dict):
        raise EvidenceError(f"{place} is no object")
    for logical_id, entry in cast("Json", entries).items():
        if not isinstance(entry, dict):
            raise EvidenceError(f"{place}.{logical_id} is no object")
        if section == "Resources" and not isinstance(cast("Json", entry).get("Type"), str):
            raise EvidenceError(f"{place}.{logical_id} has no Type")
