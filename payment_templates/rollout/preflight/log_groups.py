"""Advises on an existing log group: the creation of the stack fails if one has the same name.

aws-cloudformation-resource-providers-logs, loggroup CreateHandler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from boto3 import Session

LOG_GROUP = "AWS::Logs::LogGroup"
# Container Insights creates this group again if it is missing, without retention and key:
# ministryofjustice/opg-digideps, pull 1325.
_CONTAINER_INSIGHTS = "/aws/ecs/containerinsights/"


def advise_on_group(session: Session, region: str, name: str) -> str:
    """Return what to do about an existing log group; its logs may be worth keeping."""
    client = clients.logs(session, region)
    shown = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next((one for one in shown if one.get("logGroupName") == name), None)
    delete = f"aws logs delete-log-group --log-group-name {name} --region {region}"
    if group is None:
        return "run the same command again"
    kept = "retentionInDays" in group or "kmsKeyId" in group
    if name.startswith(_CONTAINER_INSIGHTS) and not kept:
        return f"Container Insights created it again after an earlier stack was deleted: {delete}"
    if kept:
        return (
            "it may hold logs that an earlier stack retained: choose another --suffix, or, when "
            f"its logs are exported or not needed, {delete}"
        )
    return f"choose another --suffix, or, when its logs are not needed, {delete}"
