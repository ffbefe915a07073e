"""Checks how long logs and data are kept, and what protects them from deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.backups.plans import (
    SELECTION,
    VAULT,
    selects,
    selects_by_tag,
)
from payment_templates.evidence.claim import absent, broken, conditional, kept, not_applicable
from payment_templates.evidence.security.access_log_buckets import access_log_buckets
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check
from payment_templates.report.compliance.checks.databases import (
    CLUSTER,
    INSTANCE,
    copies_another_region,
    databases,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.cloudformation import Properties, Stack, StackResource
    from payment_templates.evidence import Finding, Topology

# PCI DSS 10.5.1: twelve months.
_DAYS = 365
_RETAINED = {"Retain", "RetainExceptOnCreate"}
_BUCKET, _GROUP = "AWS::S3::Bucket", "AWS::Logs::LogGroup"
# What must be denied, each of which lets a user delete a recovery point, now or later: AWS Config,
# backup-recovery-point-manual-deletion-disabled.
_DELETIONS = {
    *("backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"),
    "backup:PutBackupVaultAccessPolicy",
}


@check(
    "Logs are kept for a year",
    {_GROUP: ("RetentionInDays",), _BUCKET: ("LifecycleConfiguration",)},
)
def logs_are_kept_a_year(topology: Topology) -> Finding:
    """Check that no log group and no bucket of access logs deletes logs before twelve months.

    In a bucket with versions, an expired object stays until its old version expires too:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    stack = topology.stack
    groups, buckets = stack.of_type(_GROUP), _log_buckets(stack)
    if not groups:
        return absent("there is no log group")
    for group in groups:
        days = group.properties.whole("RetentionInDays")
        if "RetentionInDays" in group.properties and days < _DAYS:
            return broken(f"{group.logical_id} deletes its logs after {quantity(days, 'day')}")
    doubts: list[str] = []
    for bucket in buckets:
        for rule in bucket.properties.child("LifecycleConfiguration").children("Rules"):
            if not (when := _deletion(bucket, rule)):
                continue
            if not _is_for_some(rule):
                return broken(f"{bucket.logical_id} deletes its logs {when}")
            doubts.append(f"no access log is what {bucket.logical_id} deletes {when}")
    if doubts:
        return conditional(f"if {', and '.join(doubts)}")
    return kept(f"{_counted(groups, buckets)}, each kept for {_DAYS} days or longer")


@check("Logs outlive the stack", {_GROUP: ("DeletionPolicy",), _BUCKET: ("DeletionPolicy",)})
def logs_outlive_the_stack(topology: Topology) -> Finding:
    """Check that log groups and buckets of access logs are retained when the stack is deleted."""
    stack = topology.stack
    groups, buckets = stack.of_type(_GROUP), _log_buckets(stack)
    if not groups:
        return absent("there is no log group")
    for resource in (*groups, *buckets):
        if resource.deletion_policy not in _RETAINED:
            return broken(f"{resource.logical_id} and its logs are deleted with the stack")
    return kept(f"{_counted(groups, buckets)}, retained when the stack is deleted")


@check(
    "A backup plan covers the database",
    {
        SELECTION: ("BackupSelection",),
        "AWS::Backup::BackupPlan": ("BackupPlan",),
        CLUSTER: (),
        INSTANCE: (),
    },
)
def backup_plan_covers_database(topology: Topology) -> Finding:
    """Check that a selection of AWS Backup includes each database.

    Not one that copies the database of another region, whose backups have the same data.
    """
    stack = topology.stack
    if copies_another_region(stack):
        return not_applicable("the region that the database comes from backs it up")
    found, selections = databases(stack), stack.of_type(SELECTION)
    if not found:
        return absent("there is no database")
    by_tag: list[str] = []
    for database in found:
        if any(selects(stack, each, database) for each in selections):
            continue
        tagged = [each.logical_id for each in selections if selects_by_tag(stack, each, database)]
        if not tagged:
            return broken(f"{database.logical_id} is in no backup plan")
        by_tag.append(f"{', '.join(tagged)} selects {database.logical_id} by its tags")
    if by_tag:
        return conditional(f"if {', and '.join(by_tag)}")
    return kept(f"{quantity(len(found), 'database')} in a backup plan")


@check("Recovery points cannot be deleted by hand", {VAULT: ("AccessPolicy", "LockConfiguration")})
def recovery_points_are_protected(topology: Topology) -> Finding:
    """Check that each backup vault is locked, or denies the deletion of recovery points."""
    vaults = topology.stack.of_type(VAULT)
    if not vaults:
        return not_applicable("there is no backup vault")
    for vault in vaults:
        if "LockConfiguration" in vault.properties:
            continue
        denied = {
            action
            for statement in vault.properties.child("AccessPolicy").children("Statement")
            if statement.text("Effect") == "Deny"
            for action in statement.texts("Action")
        }
        if not (denied >= _DELETIONS or denied & {"backup:*", "*"}):
            return broken(f"{vault.logical_id} lets users delete recovery points")
    return kept(f"{quantity(len(vaults), 'backup vault')}, protected from deletion by hand")


@check("Buckets keep versions", {_BUCKET: ("VersioningConfiguration", "ObjectLockEnabled")})
def buckets_keep_versions(topology: Topology) -> Finding:
    """Check that a changed or deleted object leaves its old version."""
    buckets = topology.stack.of_type(_BUCKET)
    if not buckets:
        return not_applicable("there is no bucket")
    for bucket in buckets:
        if bucket.properties.child("VersioningConfiguration").text("Status") != "Enabled":
            return broken(f"{bucket.logical_id} keeps no versions")
    return kept(f"{quantity(len(buckets), 'bucket')} with versions")


def _log_buckets(stack: Stack) -> tuple[StackResource, ...]:
    return tuple(dict.fromkeys(access_log_buckets(stack)))


def _counted(groups: Sequence[StackResource], buckets: Sequence[StackResource]) -> str:
    counted = quantity(len(groups), "log group")
    return f"{counted}, {quantity(len(buckets), 'bucket')} of access logs" if buckets else counted


def _deletion(bucket: StackResource, rule: Properties) -> str:
    """Return when a lifecycle rule deletes an object and its old version; "" if after a year."""
    if rule.text("Status") != "Enabled":
        return ""
    if "ExpirationDate" in rule:
        return "on a fixed date"
    if "ExpirationInDays" not in rule:
        return ""
    days = rule.whole("ExpirationInDays")
    if bucket.properties.child("VersioningConfiguration").text("Status") == "Enabled":
        old = rule.child("NoncurrentVersionExpiration")
        # Without such a time the old versions stay.
        days += old.whole("NoncurrentDays") or rule.whole(
            "NoncurrentVersionExpirationInDays", _DAYS
        )
    return f"after {quantity(days, 'day')}" if days < _DAYS else ""


def _is_for_some(rule: Properties) -> bool:
    """Return whether a lifecycle rule is for some objects only: by prefix, tag or size."""
    names = ("TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
    return bool(rule.text("Prefix")) or any(name in rule for name in names)
