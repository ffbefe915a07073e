"""Checks that the account's quotas of RDS have room for what a stack, or an update, adds.

RDS refuses a resource over a quota only when CloudFormation creates it: an event subscription after
the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.preflight.finding import Finding, fine, refused, unknown
from payment_templates.rollout.preflight.quotas import added_resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

    from payment_templates.rollout.preflight.updates.stack_change import StackChange


@dataclass(frozen=True, kw_only=True)
class _Quota:
    resource_type: str
    # AccountQuotaName of DescribeAccountAttributes: botocore rds, AccountQuota.
    key: str
    # The name in Service Quotas.
    name: str
    adjustable: bool = True


# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
_QUOTAS = (
    _Quota(resource_type="AWS::RDS::DBCluster", key="DBClusters", name="DB clusters"),
    _Quota(resource_type="AWS::RDS::DBInstance", key="DBInstances", name="DB instances"),
    _Quota(
        resource_type="AWS::RDS::DBClusterParameterGroup",
        key="DBClusterParameterGroups",
        name="DB cluster parameter groups",
        adjustable=False,
    ),
    _Quota(
        resource_type="AWS::RDS::DBParameterGroup", key="DBParameterGroups", name="Parameter groups"
    ),
    _Quota(resource_type="AWS::RDS::DBSubnetGroup", key="DBSubnetGroups", name="DB subnet groups"),
    _Quota(
        resource_type="AWS::RDS::EventSubscription",
        key="EventSubscriptions",
        name="Event subscriptions",
    ),
)


def check_database_quotas(session: Session, change: StackChange) -> Iterator[Finding]:
    """Check the quotas of the RDS resources that a creation or an update adds; nothing without any.

    A resource that an update replaces counts once, as in `check_quotas`.
    """
    region = change.planned.region
    more = added_resources(change)
    needed = [one for one in _QUOTAS if more[one.resource_type] > 0]
    if not needed:
        return
    shown = clients.rds(session, region).describe_account_attributes()["AccountQuotas"]
    rooms = {one.get("AccountQuotaName"): (one.get("Used"), one.get("Max")) for one in shown}
    for quota in needed:
        used, most = rooms.get(quota.key, (None, None))
        if used is None or most is None:
            yield unknown(
                region,
                f"quota of {quota.name}: DescribeAccountAttributes does not show it",
                f"check it in Service Quotas (rds, {quota.name})",
            )
            continue
        wanted = more[quota.resource_type]
        counts = f"{quota.name}: {used} of {most} used, {wanted} needed"
        if used + wanted <= most:
            yield fine(region, counts)
        else:
            yield refused(region, counts, _remediation(quota))


def _remediation(quota: _Quota) -> str:
    if quota.adjustable:
        return f"request an increase in Service Quotas (rds, {quota.name})"
    return "delete some that are not in use: AWS does not increase this quota"
