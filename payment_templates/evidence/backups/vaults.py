"""Decides whether a vault accepts the backups of a plan: its lock and its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.grants import Answer, Request, policy_denies
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.topology.alerting.events import AWS_BACKUP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource

_COPY_INTO = "backup:CopyIntoBackupVault"
_COPY_FROM = ("backup:CopyFromBackupVault", "backup:StartCopyJob")


def lock_problems(
    stack: Stack, vault: StackResource, plan: str, days: float, doubts: list[str]
) -> Iterator[str]:
    """Yield why the lock of a vault makes each job fail: it must keep a backup long enough.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
    """
    lock = vault.properties.child("LockConfiguration")
    least = lock.number("MinRetentionDays")
    most = lock.number("MaxRetentionDays") if "MaxRetentionDays" in lock else float("inf")
    name = f"{vault.logical_id} in {stack.region}"
    if days < least:
        yield f"{plan} keeps backups for {days:g} days, and {name} accepts none below {least:g}"
    if days > most:
        kept = "without an end" if days == float("inf") else f"for {days:g} days"
        yield f"{plan} keeps backups {kept}, and {name} accepts none above {most:g} days"
    elif least and days == float("inf"):
        # "must have a lifecycle policy with a retention period equal to or longer".
        doubts.append(f"{name} accepts backups without a lifecycle, although it is locked")


def policy_problems(
    stack: Stack, vault: StackResource, principals: tuple[str, ...], doubts: list[str]
) -> Iterator[str]:
    """Yield why the policy of a vault refuses the copies that a role makes into it."""
    place = f"the policy of {vault.logical_id} in {stack.region}"
    denied = _denied(stack, vault, _COPY_INTO, principals)
    if denied is Answer.YES:
        yield f"{place} denies {principals[0]} {_COPY_INTO}"
    elif (
        denied is Answer.UNSEEN or _denied(stack, vault, _COPY_INTO, (AWS_BACKUP,)) is not Answer.NO
    ):
        doubts.append(f"{place} allows {principals[0]} {_COPY_INTO}")


def policy_doubts(
    stack: Stack, vault: StackResource, principals: tuple[str, ...], *, copies: bool
) -> Iterator[str]:
    """Yield the denials that may stop the jobs of a plan: AWS documents them only for users.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html
    """
    actions = ("backup:StartBackupJob", *(_COPY_FROM if copies else ()))
    for action in actions:
        if _denied(stack, vault, action, (*principals, AWS_BACKUP)) is not Answer.NO:
            yield f"jobs run although the policy of {vault.logical_id} may deny {action}"


def _denied(stack: Stack, vault: StackResource, action: str, principals: tuple[str, ...]) -> Answer:
    policy = vault.properties.child("AccessPolicy")
    own = f"${{{vault.logical_id}}}"
    start = f"arn:{stack.partition}:backup:{stack.region}:{ACCOUNT}:backup-vault:"
    request = Request(
        action=action,
        resources=(
            *(f"{start}{name_of(vault) or own}", f"{start}{own}"),
            f"${{{vault.logical_id}.BackupVaultArn}}",
        ),
        context={"aws:principalaccount": ACCOUNT, "aws:securetransport": "true"},
    )
    answer = policy_denies(policy, request, principals)
    # "AWS Backup access policies don't support a wildcard in the Action key": it is not known what
    # one does.
    named = {
        text.lower()
        for each in policy.children("Statement")
        for text in each.texts("Action")
        if each.text("Effect") == "Deny"
    }
    return Answer.UNSEEN if answer is Answer.YES and action.lower() not in named else answer
