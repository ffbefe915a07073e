"""The statements of resource and identity policies, and whom they let do what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.values import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.values import Value


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement that allows, or denies, some actions."""

    place: str
    allows: bool
    services: tuple[str, ...]
    anyone: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    # Condition key to the values that it must have.
    conditions: Mapping[str, tuple[str, ...]]

    def covers(self, service: str, action: str) -> bool:
        """Tell whether it speaks of an action of a service, whatever its conditions."""
        return (self.anyone or service in self.services) and any(
            fnmatchcase(action, pattern) for pattern in self.actions
        )


def read_statements(policy: Fields) -> tuple[Statement, ...]:
    """Read the statements of a policy document."""
    return tuple(
        _statement(statement, f"{policy.place}.Statement[{index}]")
        for index, statement in enumerate(policy.children("Statement"))
    )


def _statement(statement: Fields, place: str) -> Statement:
    principal: Value = statement.get("Principal")
    anyone = principal == "*"
    named = Fields(place=place, entries={}) if anyone else statement.child("Principal")
    operators = statement.child("Condition")
    conditions: dict[str, tuple[str, ...]] = {}
    for operator in operators.entries:
        operands = operators.child(operator)
        conditions |= {key: operands.texts(key) for key in operands.entries}
    sid = statement.text("Sid")
    return Statement(
        place=re.sub(r"\[\d+\]$", f".{sid}", place) if sid else place,
        allows=statement.text("Effect") == "Allow",
        services=named.texts("Service"),
        anyone=anyone or "*" in named.texts("AWS"),
        actions=statement.texts("Action"),
        resources=statement.texts("Resource"),
        conditions=conditions,
    )
