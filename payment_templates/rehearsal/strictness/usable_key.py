"""Rejects a resource whose KMS key is disabled or pending deletion.

Database clusters are created through RDS, which checks the key itself: services.key_state.
"""

from collections.abc import Iterator

from payment_templates.rehearsal import keys
from payment_templates.rehearsal.strictness.desired import Desired

_KEYS = {
    "AWS::Backup::BackupVault": ("backup", "EncryptionKeyArn"),
    "AWS::Logs::LogGroup": ("logs", "KmsKeyId"),
    "AWS::RDS::DBInstance": ("rds", "PerformanceInsightsKMSKeyId"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "KmsKeyId"),
}


def check(desired: Desired) -> Iterator[str]:
    """Reject a key that the service cannot use."""
    service, name = _KEYS.get(desired.resource_type, ("", ""))
    key = desired.properties.get(name)
    if not key or (desired.before or {}).get(name) == key:
        return
    error = keys.usage_error(service, key)
    if error is not None:
        yield f"{error.message} ({error.code})"
