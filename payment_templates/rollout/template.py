"""A template file: its text, parameters and resources."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from payment_templates.rollout.errors import wrong_use

# CreateStack, TemplateBody and TemplateURL:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_BYTES_INLINE = 51_200
MOST_BYTES = 1_000_000
# Beside Resources and Parameters: each an object of objects.
_OTHER_SECTIONS = ("Mappings", "Conditions", "Outputs")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A value that the template asks for."""

    name: str
    kind: str = "String"
    default: str | None = None
    concealed: bool = False
    pattern: str = ""
    least: int = 0
    longest: int | None = None
    lowest: float | None = None
    highest: float | None = None
    allowed: tuple[str, ...] = ()
    taken: str = ""


@dataclass(frozen=True, kw_only=True)
class Template:
    """What the file says, and the very text that is sent."""

    body: str
    parameters: Mapping[str, Parameter]
    resources: Mapping[str, Mapping[str, Any]]
    document: Mapping[str, Any]

    @property
    def bytes(self) -> int:
        """Count what CloudFormation counts."""
        return len(self.body.encode())

    @property
    def inline(self) -> bool:
        """Return whether CloudFormation takes the text without S3."""
        return self.bytes <= MOST_BYTES_INLINE


def load_template(path: Path) -> Template:
    """Read a template; raises RolloutError when the file is none."""
    try:
        body = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise wrong_use(f"cannot read {path}: {error.strerror}; name another template") from None
    except UnicodeDecodeError:
        raise wrong_use(f"cannot read {path}: not a text file; name a JSON template") from None
    return read_template(body, str(path))


def read_template(body: str, source: str) -> Template:
    """Understand the text of a template; raises RolloutError when it is none."""
    members = _members(_document(body, source), f"{source} as a whole")
    resources = _entries(members, "Resources", source)
    if not resources:
        raise wrong_use(f"{source} has no Resources; name a CloudFormation template")
    for name, entry in resources.items():
        _require_resource(name, entry, source)
    for section in _OTHER_SECTIONS:
        _entries(members, section, source)
    parameters = _entries(members, "Parameters", source)
    return Template(
        body=body,
        parameters={name: _parameter(name, entry, source) for name, entry in parameters.items()},
        resources=resources,
        document=members,
    )


def _document(body: str, source: str) -> object:
    hint = "write it with make template"
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        raise wrong_use(
            f"{source} is not JSON (line {error.lineno}: {error.msg}); {hint}"
        ) from None
    except RecursionError:
        raise wrong_use(f"{source} is nested too deeply to be a template; {hint}") from None
    except ValueError as error:
        # A number of thousands of digits.
        raise wrong_use(f"{source} cannot be read ({error}); {hint}") from None


def _members(node: object, what: str) -> Mapping[str, Any]:
    if not isinstance(node, dict):
        raise wrong_use(f"{what} is not a JSON object; name a CloudFormation template")
    return cast("Mapping[str, Any]", node)


def _entries(document: Mapping[str, Any], section: str, source: str) -> Mapping[str, Any]:
    entries = _members(document.get(section, {}), f"{section} of {source}")
    return {name: _members(entry, f"{name} of {source}") for name, entry in entries.items()}


def _require_resource(name: str, entry: Mapping[str, Any], source: str) -> None:
    kind: object = entry.get("Type")
    if not isinstance(kind, str) or "::" not in kind:
        raise wrong_use(
            f"{name} of {source} has the Type {kind!r}; use one such as AWS::S3::Bucket"
        )
    _members(entry.get("Properties", {}), f"Properties of {name} of {source}")


def _parameter(name: str, entry: Mapping[str, Any], source: str) -> Parameter:
    def number(key: str) -> float | None:
        try:
            return float(entry[key]) if key in entry else None
        except (TypeError, ValueError):
            raise wrong_use(
                f"{key} of {name} of {source} is {entry[key]!r}; use a number"
            ) from None

    longest = number("MaxLength")
    allowed: object = entry.get("AllowedValues", [])
    return Parameter(
        name=name,
        kind=str(entry.get("Type", "String")),
        default=str(entry["Default"]) if "Default" in entry else None,
        concealed=str(entry.get("NoEcho", "")).lower() == "true",
        pattern=_pattern(name, entry, source),
        least=int(number("MinLength") or 0),
        longest=None if longest is None else int(longest),
        lowest=number("MinValue"),
        highest=number("MaxValue"),
        allowed=tuple(map(str, cast("list[object]", allowed))) if isinstance(allowed, list) else (),
        taken=str(entry.get("ConstraintDescription", "")),
    )


def _pattern(name: str, entry: Mapping[str, Any], source: str) -> str:
    pattern = str(entry.get("AllowedPattern", ""))
    try:
        re.compile(pattern)
    except re.error as error:
        raise wrong_use(
            f"AllowedPattern of {name} of {source} is {pattern!r} ({error}); a regular expression"
        ) from None
    return pattern
