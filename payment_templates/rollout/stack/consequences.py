"""What it means, in words, when a resource that holds something goes."""

from collections.abc import Iterable, Sequence

from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.stack.changes import Change, Replacement

# Everything that holds what nobody can make again, and what is lost with it.
_LOST = {
    "AWS::DynamoDB::Table": "every item of the table is lost",
    "AWS::EFS::FileSystem": "every file is lost",
    "AWS::KMS::Key": "everything encrypted with the key can no longer be read",
    "AWS::Logs::LogGroup": "its log lines are lost",
    "AWS::RDS::DBCluster": "all data of the database is lost",
    "AWS::RDS::DBInstance": "its connections break; data that no cluster holds is lost",
    "AWS::RDS::GlobalCluster": "the regions of the database part",
    "AWS::S3::Bucket": "every object is lost",
    "AWS::SecretsManager::Secret": "its value is lost, and whoever uses it is locked out",
}
_KEPT = {
    "Retain": "the old one stays, outside the stack",
    "RetainExceptOnCreate": "the old one stays, outside the stack",
    "Snapshot": "a last snapshot stays",
}


def is_stateful(change: Change) -> bool:
    """Say whether the resource holds something that is not in the template."""
    return holds_data(change.resource_type)


def holds_data(resource_type: str) -> bool:
    """Say the same of a type."""
    return resource_type in _LOST


def consequence(change: Change) -> str:
    """Say what the change means, in a few words; empty when nothing is taken away."""
    if not change.takes_away:
        return ""
    how = _how(change)
    if not is_stateful(change):
        return how
    return f"{how}: {_KEPT.get(change.policy) or _LOST[change.resource_type]}"


def require_allowance(changes: Sequence[Change], allowed: Iterable[str]) -> None:
    """Refuse to take away what holds something, unless it is named; raises RolloutError."""
    allowed = set(allowed)
    refused = [
        change
        for change in changes
        if is_stateful(change) and change.takes_away and change.logical_id not in allowed
    ]
    if refused:
        first = refused[0]
        wanted = " ".join(f"--allow-replacement {change.logical_id}" for change in refused)
        raise RolloutError(
            f"{first.logical_id}: {consequence(first)}; "
            f"nothing was changed; if that is meant, give {wanted}",
            ExitCode.REFUSED,
        )


def _how(change: Change) -> str:
    if change.action == "Remove":
        return "is removed"
    return "is replaced" if change.replacement is Replacement.ALWAYS else "may be replaced"
