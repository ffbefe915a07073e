"""Corrects updates of KMS keys: they compare two templates, not a template with the key.

A manually disabled key stays disabled, and a key that is pending deletion counts as deleted:
KeyHandlerHelper of https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms
at f2d7168. ministack enables the key with every update.
"""

from typing import Any

from payment_templates.rehearsal import account, handler_request, keys, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties

_KEY = "AWS::KMS::Key"


def install() -> None:
    """Preserve the state of a key that was changed manually."""
    handlers = ministack.resource_handlers()[_KEY]
    original = handlers["update"]

    def update(
        key: str,
        before: Properties,
        after: Properties,
        *stack: Any,  # noqa: ANN401 - ministack's own
    ) -> tuple[str, Attributes]:
        found = keys.metadata(key)
        if found["KeyState"] == keys.PENDING:
            raise handler_request.failure(f"Key '{found['Arn']}' does not exist", "NotFound")
        is_rotated = _rotates(key)
        updated: tuple[str, Attributes] = original(key, before, after, *stack)
        if before.get("Enabled") == after.get("Enabled") and not found["Enabled"]:
            account.call("kms", "DisableKey", KeyId=key)
        if before.get("EnableKeyRotation") == after.get("EnableKeyRotation") and not is_rotated:
            account.call("kms", "DisableKeyRotation", KeyId=key)
        return updated

    handlers["update"] = update


def _rotates(key: str) -> bool:
    return bool(account.call("kms", "GetKeyRotationStatus", KeyId=key)["KeyRotationEnabled"])
