"""Checks whether services can use a KMS key, and returns their errors if they cannot.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account
from payment_templates.rehearsal.wire import ServiceError

PENDING = "PendingDeletion"
_USABLE = "Enabled"
# AWS Backup, Secrets Manager and CloudWatch Logs: the errors of botocore's models. RDS:
# github.com/awslabs/aurora-snapshot-tool/issues/25.
_ERRORS: Mapping[str, tuple[str, str]] = {
    "backup": (
        "InvalidParameterValueException",
        "The KMS key {key} does not exist or is not enabled.",
    ),
    "rds": (
        "KMSKeyNotAccessibleFault",
        (
            "Specified KMS key [{key}] does not exist, is not enabled or you do not have "
            "permissions to access it."
        ),
    ),
    "secretsmanager": (
        "EncryptionFailure",
        (
            "Secrets Manager can't encrypt the protected secret text using the provided KMS key. "
            "Check that the KMS key is available, enabled, and not in an invalid state."
        ),
    ),
    "logs": (
        "InvalidParameterException",
        "The KMS key does not exist or the KMS key is disabled.",
    ),
}


def metadata(key: str) -> dict[str, Any]:
    """Describe a key by its ID, ARN or alias; raises ClientError if it does not exist."""
    described: dict[str, Any] = account.call("kms", "DescribeKey", KeyId=key)["KeyMetadata"]
    return described


def arn(key: str) -> str:
    """Return the ARN of a key, as services show it; an unknown key is returned unchanged."""
    try:
        return str(metadata(key)["Arn"])
    except ClientError:
        return key


def usage_error(service: str, key: str) -> ServiceError | None:
    """Return the error of a service for a key that it cannot use, or None."""
    try:
        usable = metadata(key)["KeyState"] == _USABLE
    except ClientError:
        usable = False
    if usable:
        return None
    code, message = _ERRORS[service]
    return ServiceError(code, message.format(key=key))


def require_usable(service: str, key: str | None) -> None:
    """Raise the service's error if a key is given and cannot be used."""
    error = usage_error(service, key) if key else None
    if error is not None:
        raise error
