"""Creates KMS keys in the state that a test needs."""

# ruff: noqa: ANN401 - boto3 makes its clients at run time.

from typing import Any

ENABLED = "enabled"
DISABLED = "disabled"
PENDING = "pending deletion"


def create(kms: Any, state: str = ENABLED) -> str:
    """Create a key and return its ARN."""
    key: str = kms.create_key()["KeyMetadata"]["Arn"]
    set_state(kms, key, state)
    return key


def set_state(kms: Any, key: str, state: str) -> None:
    """Change a usable key to a state."""
    if state == PENDING:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    elif state == DISABLED:
        kms.disable_key(KeyId=key)


def metadata(kms: Any, key: str) -> dict[str, Any]:
    """Return the metadata of a key."""
    described: dict[str, Any] = kms.describe_key(KeyId=key)["KeyMetadata"]
    return described
