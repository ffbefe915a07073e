"""Makes the first instance of an Aurora cluster its only writer; ministack has several."""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Attributes, Properties

_INSTANCE = "AWS::RDS::DBInstance"


def install() -> None:
    """Choose the writer after an instance is created or deleted."""
    handlers = ministack.resource_handlers()[_INSTANCE]
    original_create, original_delete = handlers["create"], handlers["delete"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        created: tuple[str, Attributes] = original_create(logical_id, properties, stack)
        _choose_writer(properties)
        return created

    def delete(physical_id: str, properties: Properties) -> None:
        original_delete(physical_id, properties)
        _choose_writer(properties)

    handlers.update(create=create, delete=delete)


def _choose_writer(properties: Properties) -> None:
    cluster = ministack.database_cluster(properties.get("DBClusterIdentifier", ""))
    members: list[dict[str, Any]] = cluster.get("DBClusterMembers", [])
    writers = [member for member in members if member["IsClusterWriter"]]
    if not members:
        return
    # Without a writer, the lowest promotion tier becomes it, as in a failover: CreateDBInstance,
    # PromotionTier. With several, the first remains.
    writer = writers[0] if writers else min(members, key=lambda member: member["PromotionTier"])
    for member in members:
        member["IsClusterWriter"] = member is writer
