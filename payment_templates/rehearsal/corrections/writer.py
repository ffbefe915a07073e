"""An Aurora cluster has one writer: the first instance made; ministack calls every one a writer."""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Attributes, Properties

_INSTANCE = "AWS::RDS::DBInstance"


def install() -> None:
    """Settle the writer after an instance is made, and after one is gone."""
    handlers = ministack.resource_handlers()[_INSTANCE]
    original_create, original_delete = handlers["create"], handlers["delete"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        created: tuple[str, Attributes] = original_create(logical_id, properties, stack)
        _settle(properties)
        return created

    def delete(physical_id: str, properties: Properties) -> None:
        original_delete(physical_id, properties)
        _settle(properties)

    handlers.update(create=create, delete=delete)


def _settle(properties: Properties) -> None:
    cluster = ministack.database_cluster(properties.get("DBClusterIdentifier", ""))
    members: list[dict[str, Any]] = cluster.get("DBClusterMembers", [])
    writers = [member for member in members if member["IsClusterWriter"]]
    if not members:
        return
    # Without a writer the lowest promotion tier takes over, as in a failover: CreateDBInstance,
    # PromotionTier. With several, the first stays.
    writer = writers[0] if writers else min(members, key=lambda member: member["PromotionTier"])
    for member in members:
        member["IsClusterWriter"] = member is writer
