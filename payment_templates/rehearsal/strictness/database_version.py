"""Rejects an instance with a retired engine version, which ministack creates without calling RDS.

Database clusters are created through RDS, which checks the version itself:
services.orderable_databases.
"""

from collections.abc import Iterator

from payment_templates.rehearsal.services.orderable_databases import require_creatable
from payment_templates.rehearsal.strictness.desired import Desired
from payment_templates.rehearsal.wire import ServiceError


def check(desired: Desired) -> Iterator[str]:
    """Reject a version that RDS offers no longer."""
    if desired.resource_type != "AWS::RDS::DBInstance" or desired.before is not None:
        return
    given = desired.properties
    try:
        require_creatable(given.get("Engine", ""), str(given.get("EngineVersion", "")))
    except ServiceError as error:
        yield error.message
