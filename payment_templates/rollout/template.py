"""A template file: its text, parameters and resources."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from payment_templates.rollout.errors import wrong_use

# CreateStack, TemplateBody and TemplateURL:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_BYTES_INLINE = 51_200
MOST_BYTES = 1_000_000


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
        """Say whether CloudFormation takes the text without S3."""
        return self.bytes <= MOST_BYTES_INLINE


def load_template(path: Path) -> Template:
    """Read a template; raises RolloutError when the file is none."""
    try:
        body = path.read_text(encoding="utf-8")
    except OSError as error:
        raise wrong_use(f"cannot read {path}: {error.strerror}; name another template") from None
    except UnicodeDecodeError:
        raise wrong_use(f"cannot read {path}: not a text file; name a JSON template") from None
    return read_template(body, str(path))


def read_template(body: str, source: str) -> Template:
    """Understand the text of a template; raises RolloutError when it is none."""
    try:
        document: object = json.loads(body)
    except json.JSONDecodeError as error:
        raise wrong_use(
            f"{source} is not JSON (line {error.lineno}: {error.msg}); write it with make template"
        ) from None
    members = _members(document)
    resources = _members(members.get("Resources"))
    if not resources:
        raise wrong_use(f"{source} has no Resources; name a CloudFormation template")
    parameters = _members(members.get("Parameters"))
    return Template(
        body=body,
        parameters={name: _parameter(name, _members(entry)) for name, entry in parameters.items()},
        resources={name: _members(entry) for name, entry in resources.items()},
        document=members,
    )


def _members(node: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", node) if isinstance(node, dict) else {}


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    def number(key: str) -> float | None:
        return float(entry[key]) if key in entry else None

    longest = number("MaxLength")
    return Parameter(
        name=name,
        kind=str(entry.get("Type", "String")),
        default=str(entry["Default"]) if "Default" in entry else None,
        concealed=str(entry.get("NoEcho", "")).lower() == "true",
        pattern=str(entry.get("AllowedPattern", "")),
        least=int(number("MinLength") or 0),
        longest=None if longest is None else int(longest),
        lowest=number("MinValue"),
        highest=number("MaxValue"),
        allowed=tuple(str(value) for value in entry.get("AllowedValues", ())),
        taken=str(entry.get("ConstraintDescription", "")),
    )
