"""A key that is disabled or pending deletion, given to what would encrypt with it.

The database's own cluster asks RDS, which refuses by itself: services.key_state.
"""

from collections.abc import Iterator

from payment_templates.rehearsal import keys
from payment_templates.rehearsal.strictness.desired import Desired

_KEYS = {
    "AWS::Logs::LogGroup": ("logs", "KmsKeyId"),
    "AWS::RDS::DBInstance": ("rds", "PerformanceInsightsKMSKeyId"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "KmsKeyId"),
}


def check(desired: Desired) -> Iterator[str]:
    """Refuse a key that the service cannot use."""
    service, name = _KEYS.get(desired.resource_type, ("", ""))
    key = desired.properties.get(name)
    if not key or (desired.before or {}).get(name) == key:
        return
    refused = keys.refusal(service, key)
    if refused is not None:
        yield f"{refused.message} ({refused.code})"
