"""Rejects names that already exist in the region, or in the account if AWS's names are global.

AWS's wording, for log groups and all types with a resource handler:
github.com/aws-solutions/amazon-marketing-cloud-uploader-from-aws/issues/167; for roles:
github.com/aws-samples/dataops-platform-airflow-dbt/issues/1; for dashboards:
github.com/ACloudGuru/serverless-plugin-aws-alerts/issues/242, which also fail from another region:
github.com/aws-solutions-library-samples/qnabot-on-aws/issues/81.
"""

import json
from collections.abc import Iterator

from payment_templates.rehearsal import account
from payment_templates.rehearsal.strictness.desired import Desired
from payment_templates.rehearsal.strictness.names import NAMED, Named


def check(desired: Desired) -> Iterator[str]:
    """Reject a name that the service already lists."""
    named = NAMED.get(desired.resource_type)
    name = taken_name(desired)
    if named is None or name is None:
        return
    if named.wording is not None:
        yield named.wording.format(name=name)
        return
    identifier = json.dumps({f"/properties/{named.property}": name}, separators=(",", ":"))
    yield (
        f"Resource of type '{desired.resource_type}' with identifier '{identifier}' already exists."
    )


def taken_name(desired: Desired) -> str | None:
    """Return the name of a new resource if another resource has it; None if it is free."""
    named = NAMED.get(desired.resource_type)
    if named is None:
        return None
    name = desired.properties.get(named.property)
    unchanged = desired.before is not None and desired.before.get(named.property) == name
    return None if unchanged or not isinstance(name, str) or name not in _names(named) else name


def _names(named: Named) -> set[str]:
    entries = account.listed(named.service, named.operation, named.members, **named.parameters)
    names = (entry if named.key is None else entry[named.key] for entry in entries)
    return {_last_part(name) if name.startswith("arn:") else name for name in names}


def _last_part(arn: str) -> str:
    return arn.rpartition(":")[2].rpartition("/")[2]
