"""Emulates the logging configurations of web ACLs: stores them, writes no logs."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import add_operations
from payment_templates.rehearsal.wire import ServiceError

SERVICE = "wafv2"
_ARN = "ResourceArn"
_GROUP = ":log-group:"
_START = "aws-waf-logs-"


@dataclass(frozen=True, kw_only=True)
class _LogConfigurations:
    """The configurations of every account and region, by the ARN of their web ACL."""

    stored: MutableMapping[str, dict[str, Any]]

    def put(self, request: dict[str, Any]) -> Mapping[str, Any]:
        configuration = request["LoggingConfiguration"]
        for destination in configuration["LogDestinationConfigs"]:
            _require_group(destination)
        self.stored[configuration[_ARN]] = configuration
        return {"LoggingConfiguration": configuration}

    def get(self, request: dict[str, Any]) -> Mapping[str, Any]:
        return {"LoggingConfiguration": self._known(request[_ARN])}

    def delete(self, request: dict[str, Any]) -> Mapping[str, Any]:
        del self.stored[self._known(request[_ARN])[_ARN]]
        return {}

    def _known(self, arn: str) -> dict[str, Any]:
        if arn not in self.stored:
            raise ServiceError("WAFNonexistentItemException", f"{arn} writes no logs.")
        return self.stored[arn]


def install() -> None:
    """Serve the operations that CloudFormation uses."""
    configurations = _LogConfigurations(stored=ministack.regional_store())
    add_operations(
        SERVICE,
        {
            "PutLoggingConfiguration": configurations.put,
            "GetLoggingConfiguration": configurations.get,
            "DeleteLoggingConfiguration": configurations.delete,
        },
    )


def _require_group(arn: str) -> None:
    """Require an existing log group whose name starts as WAF demands.

    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    """
    name = arn.partition(_GROUP)[2]
    if not name.startswith(_START):
        raise ServiceError(
            "WAFInvalidParameterException", f"The name of the log group in {arn} is not valid."
        )
    found = account.call("logs", "DescribeLogGroups", logGroupNamePrefix=name)["logGroups"]
    if name not in [group["logGroupName"] for group in found]:
        raise ServiceError(
            "WAFLogDestinationPermissionIssueException",
            f"Unable to deliver logs to the configured destination {arn}.",
        )
