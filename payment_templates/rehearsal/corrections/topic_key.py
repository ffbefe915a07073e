"""Shows the KMS key of a topic: GetTopicAttributes, KmsMasterKeyId."""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import amend_operations

_TOPIC = "AWS::SNS::Topic"


def install() -> None:
    """Record the key of every topic, and show it."""
    recorded = ministack.regional_store()
    ministack.observe_resources(_TOPIC, recorded)

    def shown(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        key = recorded.get(request["TopicArn"], {}).get("KmsMasterKeyId")
        given = {"KmsMasterKeyId": key} if key else {}
        return {"Attributes": {**answer["Attributes"], **given}}

    amend_operations("sns", {"GetTopicAttributes": shown})
