"""AWS's resource schemas, as cfn-lint ships them: the types of a region, and their shapes."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PROPERTIES = "/properties/"


def schema(resource_type: str, region: str) -> Mapping[str, Any] | None:
    """Hand back AWS's schema of a resource type, or None where the region lacks the type."""
    digest = _types(region).get(resource_type)
    return _load("resources", digest) if digest else None


def create_only(resource_type: str, region: str) -> tuple[str, ...]:
    """Name the properties whose change replaces the resource."""
    return _named(resource_type, region, "createOnlyProperties")


def conditionally_create_only(resource_type: str, region: str) -> tuple[str, ...]:
    """Name the properties of which some changes replace the resource."""
    return _named(resource_type, region, "conditionalCreateOnlyProperties")


def _named(resource_type: str, region: str, member: str) -> tuple[str, ...]:
    paths = (schema(resource_type, region) or {}).get(member, ())
    names = (path.removeprefix(_PROPERTIES) for path in paths)
    return tuple(name for name in names if "/" not in name)


def _types(region: str) -> Mapping[str, str]:
    return _load("providers", region)


@cache
def _load(folder: str, name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads((_folder() / folder / f"{name}.json").read_text())
    return content


@cache
def _folder() -> Path:
    # The files are read without cfn-lint's code, whose import alone takes longer than everything
    # else that the rehearsal does; find_spec finds the package and does not run it.
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise RuntimeError("AWS's resource schemas are missing: install cfn-lint")
    return Path(spec.origin).parent / "data" / "schemas"
