"""Ways to leave something out of what is reported."""

from __future__ import annotations

from tests.evidence.changes import cut, drop, put
from tests.evidence.mutations.mutation import Mutation, mutation

_INSTANCES = "DatabaseInstanceEvents.Properties"
_RULE = "ServiceFailureRule.Properties"
_PATTERN = f"{_RULE}.EventPattern"
_MAIL = "AlertEmailSubscription.Properties"


def _reader(title: str, name: str, value: object) -> Mutation:
    return mutation(title, "reader-loss-detected", put(f"{_INSTANCES}.{name}", value))


def _deployment(title: str, path: str, value: object) -> Mutation:
    return mutation(title, "deployment-failure-detected", put(path, value))


SUBSCRIPTIONS = (
    _reader(
        "one of three instances is left out",
        "SourceIds",
        [{"Ref": "DatabaseWriter"}, {"Ref": "DatabaseReader1"}],
    ),
    _reader(
        "the writer is left out, which a failover makes a reader",
        "SourceIds",
        [{"Ref": "DatabaseReader1"}, {"Ref": "DatabaseReader2"}],
    ),
    _reader("instances are subscribed to as clusters", "SourceType", "db-cluster"),
    _reader("only the creation of instances is reported", "EventCategories", ["creation"]),
    _reader("instances of another stack are reported", "SourceIds", ["another-instance"]),
    mutation(
        "no one subscribes to instances", "reader-loss-detected", drop("DatabaseInstanceEvents")
    ),
    mutation(
        "no rule is about deployments", "deployment-failure-detected", drop("ServiceFailureRule")
    ),
    _deployment(
        "the detail types of deployments are misspelt",
        f"{_PATTERN}.detail-type",
        ["ECS Service Actions", "ECS Deployment State Changed"],
    ),
    _deployment(
        "one detail type of deployments is misspelt",
        f"{_PATTERN}.detail-type",
        ["ECS Service Action", "ECS deployment State Change"],
    ),
    _deployment("the source of deployments is misspelt", f"{_PATTERN}.source", ["aws.esc"]),
    _deployment(
        "placements are left out",
        f"{_PATTERN}.detail.eventName",
        ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_START_IMPAIRED"],
    ),
    _deployment(
        "failed deployments are left out",
        f"{_PATTERN}.detail.eventName",
        [{"anything-but": {"wildcard": "*_DEPLOYMENT_*"}}],
    ),
    _deployment(
        "deployments are those from an address",
        f"{_PATTERN}.detail.reason",
        [{"cidr": "10.0.0.0/8"}],
    ),
    _deployment(
        "deployments have a number", f"{_PATTERN}.detail.eventType", [{"numeric": [">", 0]}]
    ),
    _deployment("the rule of deployments is disabled", f"{_RULE}.State", "DISABLED"),
    mutation(
        "the mailbox takes alarms of one name alone",
        "alerts-reach-subscribers",
        put(f"{_MAIL}.FilterPolicyScope", "MessageBody"),
        put(f"{_MAIL}.FilterPolicy", {"AlarmName": ["another"]}),
    ),
    mutation(
        "the mailbox takes the end of alarms alone",
        "alerts-reach-subscribers",
        put(f"{_MAIL}.FilterPolicyScope", "MessageBody"),
        put(f"{_MAIL}.FilterPolicy", {"NewStateValue": ["OK"]}),
    ),
    mutation(
        "the mailbox takes messages with an attribute",
        "alerts-reach-subscribers",
        put(f"{_MAIL}.FilterPolicy", {"severity": ["critical"]}),
    ),
    mutation(
        "the response alarm is in ALARM without requests",
        "alarm-on-response-time",
        put("ResponseTimeAlarm.Properties.TreatMissingData", "breaching"),
    ),
    mutation(
        "the primary region is secondary",
        "regions-take-both-failover-roles",
        put(
            "DnsRecord.Properties.Failover", {"Fn::If": ["IsPrimaryRegion", "SECONDARY", "PRIMARY"]}
        ),
    ),
    mutation(
        "the record is created without a domain",
        "dns-fails-over",
        put("Conditions.HasDomain", {"Fn::Equals": [{"Ref": "DomainName"}, ""]}),
    ),
    mutation(
        "logs never expire",
        "logs-expire",
        cut("ApplicationLogGroup.Properties.RetentionInDays"),
    ),
    mutation(
        "logs are kept for a day",
        "logs-expire",
        put("DatabaseLogGroup.Properties.RetentionInDays", 1),
    ),
)
