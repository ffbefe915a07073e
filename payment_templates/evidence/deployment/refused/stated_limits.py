"""Finds single values outside the limits that AWS's API states for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from payment_templates.cloudformation import Properties, Stack

_CLUSTER, _INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"


@dataclass(frozen=True, kw_only=True)
class _Limit:
    """The values that AWS accepts for a property of a type."""

    name: str
    accepted: Collection[int]
    service: str


_LIMITS = {
    # botocore rds, CreateDBInstance.
    _INSTANCE: _Limit(name="PromotionTier", accepted=range(16), service="RDS"),
    # botocore kms, EnableKeyRotation.
    "AWS::KMS::Key": _Limit(name="RotationPeriodInDays", accepted=range(90, 2561), service="KMS"),
    # botocore logs, PutRetentionPolicy.
    "AWS::Logs::LogGroup": _Limit(
        name="RetentionInDays",
        accepted=(
            *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
            *(2192, 2557, 2922, 3288, 3653),
        ),
        service="CloudWatch Logs",
    ),
}


def limit_refusals(stack: Stack) -> Iterator[str]:
    """Yield a sentence for each value outside the limits, and for pairs that exclude each other."""
    for resource in stack.of_type(*_LIMITS):
        limit, fields = _LIMITS[resource.type], resource.properties
        if limit.name in fields and (value := fields.number(limit.name)) not in limit.accepted:
            accepts = f"{limit.service} accepts {_words(limit.accepted)}"
            yield f"{resource.logical_id} has the {limit.name} {value:g}: {accepts}"
    for database in stack.of_type(_CLUSTER, _INSTANCE):
        if _has_two_passwords(database.properties):
            both = "MasterUserPassword and ManageMasterUserPassword"
            yield f"{database.logical_id} has {both}: RDS accepts one of them"


def _has_two_passwords(database: Properties) -> bool:
    """Return whether RDS gets a password and is to make one: botocore rds, CreateDBCluster."""
    return database.flag("ManageMasterUserPassword") and "MasterUserPassword" in database


def _words(accepted: Collection[int]) -> str:
    if isinstance(accepted, range):
        return f"{accepted[0]} to {accepted[-1]}"
    return ", ".join(map(str, accepted))
