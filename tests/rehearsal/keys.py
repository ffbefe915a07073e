"""KMS keys for tests, in the state that a test needs."""

# ruff: noqa: ANN401 - boto3 makes its clients at run time.

from typing import Any

ENABLED = "enabled"
DISABLED = "disabled"
PENDING = "pending deletion"


def create(kms: Any, state: str = ENABLED) -> str:
    """Create a key, and name it by its ARN."""
    key: str = kms.create_key()["KeyMetadata"]["Arn"]
    bring_into(kms, key, state)
    return key


def bring_into(kms: Any, key: str, state: str) -> None:
    """Bring a usable key into a state."""
    if state == PENDING:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    elif state == DISABLED:
        kms.disable_key(KeyId=key)


def metadata(kms: Any, key: str) -> dict[str, Any]:
    """What KMS says of a key."""
    described: dict[str, Any] = kms.describe_key(KeyId=key)["KeyMetadata"]
    return described
