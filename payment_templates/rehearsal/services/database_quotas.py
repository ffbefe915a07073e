"""Shows the quotas of RDS and how much of them is used, with AWS's default quotas.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.services import add_operations


def _any(_entry: Mapping[str, Any]) -> bool:
    return True


def _own(entry: Mapping[str, Any]) -> bool:
    # botocore rds, AccountQuota: "excluding default parameter groups".
    name = entry.get("DBClusterParameterGroupName") or entry.get("DBParameterGroupName")
    return not str(name).startswith("default.")


@dataclass(frozen=True, kw_only=True)
class _Quota:
    name: str
    most: int
    operation: str
    members: str
    counts: Callable[[Mapping[str, Any]], bool] = _any


_QUOTAS = (
    _Quota(name="DBClusters", most=40, operation="DescribeDBClusters", members="DBClusters"),
    _Quota(name="DBInstances", most=40, operation="DescribeDBInstances", members="DBInstances"),
    _Quota(
        name="DBClusterParameterGroups",
        most=50,
        operation="DescribeDBClusterParameterGroups",
        members="DBClusterParameterGroups",
        counts=_own,
    ),
    _Quota(
        name="DBParameterGroups",
        most=50,
        operation="DescribeDBParameterGroups",
        members="DBParameterGroups",
        counts=_own,
    ),
    _Quota(
        name="DBSubnetGroups",
        most=50,
        operation="DescribeDBSubnetGroups",
        members="DBSubnetGroups",
    ),
    _Quota(
        name="EventSubscriptions",
        most=20,
        operation="DescribeEventSubscriptions",
        members="EventSubscriptionsList",
    ),
)


def install() -> None:
    """Serve DescribeAccountAttributes."""
    add_operations("rds", {"DescribeAccountAttributes": _describe})


def _describe(_request: dict[str, Any]) -> Mapping[str, Any]:
    return {
        "AccountQuotas": [
            {
                "AccountQuotaName": quota.name,
                "Used": sum(
                    map(quota.counts, account.listed("rds", quota.operation, quota.members))
                ),
                "Max": quota.most,
            }
            for quota in _QUOTAS
        ]
    }
