"""Emulates Slack channels of Amazon Q Developer in chat applications: stores them, sends nothing.

Every Slack workspace counts as authorized; in AWS, an operator authorizes it in the console first.
Configurations have no region, and their names are unique in the account.
https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import add_rest_service
from payment_templates.rehearsal.wire import ServiceError

SERVICE = "chatbot"
_ARN = "ChatConfigurationArn"


@dataclass(frozen=True, kw_only=True)
class _Channels:
    """The configurations of every account, by ARN."""

    stored: MutableMapping[str, dict[str, Any]]

    def create(self, request: dict[str, Any]) -> Mapping[str, Any]:
        name = request["ConfigurationName"]
        arn = f"arn:aws:chatbot::{ministack.account()}:chat-configuration/slack-channel/{name}"
        if arn in self.stored:
            raise ServiceError("ConflictException", f"A configuration named {name} exists already.")
        self.stored[arn] = {**request, _ARN: arn}
        return {"ChannelConfiguration": self.stored[arn]}

    def update(self, request: dict[str, Any]) -> Mapping[str, Any]:
        channel = self._known(request[_ARN])
        channel.update(request)
        return {"ChannelConfiguration": channel}

    def delete(self, request: dict[str, Any]) -> Mapping[str, Any]:
        del self.stored[self._known(request[_ARN])[_ARN]]
        return {}

    def describe(self, request: dict[str, Any]) -> Mapping[str, Any]:
        found = [self._known(request[_ARN])] if _ARN in request else [*self.stored.values()]
        return {"SlackChannelConfigurations": found}

    def _known(self, arn: str) -> dict[str, Any]:
        if arn not in self.stored:
            raise ServiceError("ResourceNotFoundException", f"{arn} does not exist.")
        return self.stored[arn]


def install() -> None:
    """Serve the operations that CloudFormation uses."""
    channels = _Channels(stored=ministack.account_store())
    add_rest_service(
        SERVICE,
        {
            "CreateSlackChannelConfiguration": channels.create,
            "UpdateSlackChannelConfiguration": channels.update,
            "DeleteSlackChannelConfiguration": channels.delete,
            "DescribeSlackChannelConfigurations": channels.describe,
        },
    )
