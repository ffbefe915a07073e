"""KMS keys as other services see them: usable or not, and how they refuse one that is not.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account
from payment_templates.rehearsal.wire import ServiceError

PENDING = "PendingDeletion"
_USABLE = "Enabled"
# Of Secrets Manager and CloudWatch Logs as botocore's models describe the errors; of RDS
# github.com/awslabs/aurora-snapshot-tool/issues/25.
_REFUSALS: Mapping[str, tuple[str, str]] = {
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
    """Describe a key, given by ID, ARN or alias; raises ClientError when there is none."""
    described: dict[str, Any] = account.call("kms", "DescribeKey", KeyId=key)["KeyMetadata"]
    return described


def arn(key: str) -> str:
    """Name a key by its ARN, as services show it; an unknown key stays as it is given."""
    try:
        return str(metadata(key)["Arn"])
    except ClientError:
        return key


def refusal(service: str, key: str) -> ServiceError | None:
    """Describe how a service refuses a key that it cannot encrypt and decrypt with."""
    try:
        usable = metadata(key)["KeyState"] == _USABLE
    except ClientError:
        usable = False
    if usable:
        return None
    code, message = _REFUSALS[service]
    return ServiceError(code, message.format(key=key))


def require_usable(service: str, key: str | None) -> None:
    """Raise the service's own error unless the key, if any is given, can be used."""
    refused = refusal(service, key) if key else None
    if refused is not None:
        raise refused
