"""Checks the instances of members: their class, and the deletion of the primary's last one."""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.services.global_databases import moves, records
from payment_templates.rehearsal.services.global_databases.records import Record
from payment_templates.rehearsal.wire import ServiceError

# "db.r5 or higher": Aurora guide, aurora-global-database-getting-started, requirements.
_REFUSED_CLASSES = ("db.t", "db.r3.", "db.r4.")


def install() -> None:
    """Check the operations; CloudFormation's handler of instances calls the checks itself."""
    guard_operations(
        "rds",
        {
            "CreateDBInstance": _before_creation,
            "ModifyDBInstance": _before_change,
            "DeleteDBInstance": lambda request: require_deletable(request["DBInstanceIdentifier"]),
        },
    )


def require_class(cluster: str, instance_class: str) -> None:
    """Raise ServiceError for an instance class that a member of a global database cannot have."""
    known = records.of_cluster(records.arn_of(cluster))
    if known and instance_class.startswith(_REFUSED_CLASSES):
        # hashicorp/terraform-provider-aws 27736.
        raise _unsupported(instance_class)


def require_classes(cluster: Record) -> None:
    """Raise ServiceError if a cluster has an instance that a global database cannot have."""
    for member in cluster["DBClusterMembers"]:
        found = ministack.database_instance(member["DBInstanceIdentifier"])
        instance_class: str = found.get("DBInstanceClass", "")
        if instance_class.startswith(_REFUSED_CLASSES):
            raise _unsupported(instance_class)


def require_deletable(identifier: str) -> None:
    """Raise ServiceError for the last instance of a primary that has secondaries."""
    moves.settle()
    cluster: str = ministack.database_instance(identifier).get("DBClusterIdentifier", "")
    known = records.of_cluster(records.arn_of(cluster)) if cluster else None
    if known is None or not known[1]["IsWriter"]:
        return
    others = len(ministack.database_cluster(cluster)["DBClusterMembers"]) > 1
    if not others and any(records.secondaries(known[0])):
        # rebuy-de/aws-nuke 570.
        raise ServiceError(
            "InvalidDBClusterStateFault",
            "Cannot delete the last instance of the master cluster. Delete the replica cluster "
            "before deleting the last master cluster instance.",
        )


def _before_creation(request: dict[str, Any]) -> None:
    require_class(request.get("DBClusterIdentifier", ""), request["DBInstanceClass"])


def _before_change(request: dict[str, Any]) -> None:
    instance = ministack.database_instance(request["DBInstanceIdentifier"])
    require_class(instance.get("DBClusterIdentifier", ""), request.get("DBInstanceClass", ""))


def _unsupported(instance_class: str) -> ServiceError:
    return ServiceError(
        "InvalidParameterCombination",
        f"The requested instance class is not supported by global databases: {instance_class}",
    )
