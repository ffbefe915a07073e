"""Calculates what the logs of the network cost: flow logs, DNS queries and web requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.prices import LOG_DELIVERY_TO_S3, VENDED_LOG_INGESTION
from payment_templates.report.cost.bill_lines import MONITORING, Line, priced, unpriced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence import Topology
    from payment_templates.report.cost.usage import Usage

_FLOW_LOG = "AWS::EC2::FlowLog"
# The property with the destination of the other types.
_DESTINATIONS = {
    "AWS::Route53Resolver::ResolverQueryLoggingConfig": "DestinationArn",
    "AWS::WAFv2::LoggingConfiguration": "LogDestinationConfigs",
}
_NAMES = {
    _FLOW_LOG: "flow logs",
    "AWS::Route53Resolver::ResolverQueryLoggingConfig": "logs of DNS queries",
    "AWS::WAFv2::LoggingConfiguration": "logs of the web ACL",
}
LOG_TYPES = frozenset(_NAMES)
_LOG_GROUP, _BUCKET = "cloud-watch-logs", "s3"
_PRICES = {_LOG_GROUP: VENDED_LOG_INGESTION, _BUCKET: LOG_DELIVERY_TO_S3}
_STORES = {"AWS::Logs::LogGroup": _LOG_GROUP, "AWS::S3::Bucket": _BUCKET}
_SERVICES = {":logs:": _LOG_GROUP, ":s3:": _BUCKET}


def network_log_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield a line for each log; its size is an assumption."""
    stack = topology.stack
    for log in stack.of_type(*_NAMES):
        what, place = _NAMES[log.type], _place(stack, log)
        if place not in _PRICES:
            problem = "no price for their destination"
            yield unpriced(MONITORING, what, log.logical_id, problem=problem)
            continue
        yield priced(
            *(MONITORING, what, log.logical_id),
            price=_PRICES[place],
            region=stack.region,
            quantity=usage.network_log_gb,
            how=f"{usage.network_log_gb:g} GB, without storage",
            by_usage=True,
        )


def _place(stack: Stack, log: StackResource) -> str:
    """Return where a log is written to; empty if the template does not show it."""
    fields = log.properties
    if log.type == _FLOW_LOG:
        # CloudWatch Logs is the default:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-flowlog.html
        return fields.text("LogDestinationType") or _LOG_GROUP
    for value in fields.values(_DESTINATIONS[log.type]):
        if store := stack.find(value, *_STORES):
            return _STORES[store.type]
        return next((place for part, place in _SERVICES.items() if part in str(value)), "")
    return ""
