"""AWS::Chatbot::SlackChannelConfiguration: a Slack channel that receives a topic's alerts."""

from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only
from payment_templates.rehearsal.services.chat_channels import SERVICE

_TYPE = "AWS::Chatbot::SlackChannelConfiguration"
_SAME_NAME = ("SlackChannelId", "SnsTopicArns", "IamRoleArn", "LoggingLevel")


def install() -> None:
    """Refuse to replace a configuration, which always has a name."""
    ministack.refuse_replacement(_TYPE, "ConfigurationName")


def _create(properties: Properties, _name: str) -> Created:
    created = account.call(
        SERVICE,
        "CreateSlackChannelConfiguration",
        SlackTeamId=properties["SlackWorkspaceId"],
        **only(properties, "ConfigurationName"),
        **_settings(properties),
    )
    arn = created["ChannelConfiguration"]["ChatConfigurationArn"]
    return Created(ref=arn, attributes={"Arn": arn})


def _update(ref: str, _before: Properties, after: Properties) -> Attributes:
    account.call(
        SERVICE, "UpdateSlackChannelConfiguration", ChatConfigurationArn=ref, **_settings(after)
    )
    return {"Arn": ref}


def _delete(ref: str, _properties: Properties) -> None:
    account.call(SERVICE, "DeleteSlackChannelConfiguration", ChatConfigurationArn=ref)


def _settings(properties: Properties) -> dict[str, Any]:
    return {
        **only(properties, *_SAME_NAME),
        "GuardrailPolicyArns": properties.get("GuardrailPolicies", []),
        "UserAuthorizationRequired": str(properties.get("UserRoleRequired", False)).lower()
        == "true",
    }


SLACK_CHANNEL = ResourceType(
    name=_TYPE, create=_create, update=_update, delete=_delete, tag_property="Tags"
)
