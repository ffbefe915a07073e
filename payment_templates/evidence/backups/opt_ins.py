"""Decides which service must be switched on in AWS Backup, so that a selection includes a database.

https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources-json.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.backups.plans import CLUSTER, selected_by

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

# What GetSupportedResourceTypes calls the services, by the start of the engine.
_SERVICES = {"aurora": "Aurora", "docdb": "DocumentDB", "neptune": "Neptune"}
# arn:partition:rds:region:account:kind:name
_ARN_PARTS = 7


def opt_in(stack: Stack, selection: StackResource, database: StackResource) -> str:
    """Return the service whose opt-in decides whether a selection includes a database, or "".

    A database outside a cluster is included without it, if the selection names more than its
    service. Clusters of several services share one form of ARN, so that the opt-in decides: "For
    these services to be included, the opt-in must be enabled".
    https://docs.aws.amazon.com/aws-backup/latest/devguide/working-with-supported-services.html
    """
    named = [str(value) for value in selected_by(stack, selection, database)]
    is_explicit = any(len(text.split(":")) >= _ARN_PARTS or "*" not in text for text in named)
    if database.type != CLUSTER and is_explicit:
        return ""
    return _SERVICES.get(database.properties.text("Engine").partition("-")[0], "RDS")
