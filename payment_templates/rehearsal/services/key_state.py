"""Rejects requests that use a KMS key which is disabled or pending deletion.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from collections.abc import Mapping
from typing import Any

from payment_templates.rehearsal import keys
from payment_templates.rehearsal.services import Guard, guard_operations
from payment_templates.rehearsal.wire import ServiceError

_KEYS_IN_REQUESTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "rds": {
        "CreateDBCluster": ("KmsKeyId",),
        "CreateDBInstance": ("KmsKeyId", "PerformanceInsightsKMSKeyId"),
    },
    "secretsmanager": {"CreateSecret": ("KmsKeyId",), "UpdateSecret": ("KmsKeyId",)},
    "logs": {"CreateLogGroup": ("kmsKeyId",), "AssociateKmsKey": ("kmsKeyId",)},
}


def install() -> None:
    """Reject operations that the key's state does not allow."""
    guard_operations(
        "kms",
        {
            "EnableKey": _require_not_pending,
            "DisableKey": _require_not_pending,
            "ScheduleKeyDeletion": _require_not_pending,
            "CancelKeyDeletion": _require_pending,
        },
    )
    for service, operations in _KEYS_IN_REQUESTS.items():
        guards = {name: _usable(service, members) for name, members in operations.items()}
        guard_operations(service, guards)


def _usable(service: str, members: tuple[str, ...]) -> Guard:
    def check(request: dict[str, Any]) -> None:
        for member in members:
            keys.require_usable(service, request.get(member))

    return check


def _require_not_pending(request: dict[str, Any]) -> None:
    key = keys.metadata(request["KeyId"])
    if key["KeyState"] == keys.PENDING:
        raise ServiceError("KMSInvalidStateException", f"{key['Arn']} is pending deletion.")


def _require_pending(request: dict[str, Any]) -> None:
    key = keys.metadata(request["KeyId"])
    if key["KeyState"] != keys.PENDING:
        raise ServiceError("KMSInvalidStateException", f"{key['Arn']} is not pending deletion.")
