"""A topic shows the key that encrypts it: GetTopicAttributes, KmsMasterKeyId."""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import amend_operations

_TOPIC = "AWS::SNS::Topic"


def install() -> None:
    """Remember the key of every topic, and show it."""
    remembered = ministack.regional_store()
    ministack.observe_resources(_TOPIC, remembered)

    def shown(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        key = remembered.get(request["TopicArn"], {}).get("KmsMasterKeyId")
        given = {"KmsMasterKeyId": key} if key else {}
        return {"Attributes": {**answer["Attributes"], **given}}

    amend_operations("sns", {"GetTopicAttributes": shown})
