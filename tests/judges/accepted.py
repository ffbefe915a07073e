"""Reads accepted.toml: the findings of the judges that stay, each with its reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.judges.judges import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = Path(__file__).parent / "accepted.toml"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A rule that some resources break for a reason."""

    judge: str
    rule: str
    resources: tuple[str, ...]
    profiles: tuple[str, ...]
    reason: str

    def findings(self) -> set[Finding]:
        """Return the findings that this accepts."""
        return {Finding(self.judge, self.rule, resource) for resource in self.resources}


def accepted() -> list[Accepted]:
    """Read the file; without `profiles` an entry is for every profile."""
    entries = tomllib.loads(FILE.read_text("utf-8"))["accepted"]
    return [
        Accepted(
            judge=entry["judge"],
            rule=entry["rule"],
            resources=tuple(entry["resources"]),
            profiles=tuple(entry.get("profiles", ("standard", "production"))),
            reason=entry["reason"],
        )
        for entry in entries
    ]


def differences(profile: str, found: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that no entry accepts, and the accepted ones that no judge finds."""
    expected: set[Finding] = set()
    for entry in accepted():
        if profile in entry.profiles:
            expected |= entry.findings()
    return sorted(set(found) - expected), sorted(expected - set(found))
