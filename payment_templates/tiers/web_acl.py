"""Adds the web ACL in front of the load balancer, and its logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import If, Sub, wafv2

from payment_templates import naming

if TYPE_CHECKING:
    from troposphere import Parameter

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .load_balancer import LoadBalancer
    from .log_groups import LogGroups

# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
MANAGED_RULES = {
    "IpReputation": "AWSManagedRulesAmazonIpReputationList",
    "Common": "AWSManagedRulesCommonRuleSet",
    "KnownBadInputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "SqlInjection": "AWSManagedRulesSQLiRuleSet",
}
# The rate is that of the last five minutes, counted again every ten seconds or so:
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
WINDOW_SECONDS = 300
# Headers with credentials, which the logs leave out.
REDACTED = ("authorization", "cookie")
# The logs also show what a rule matched, in a body too. Only the data protection of the web ACL
# covers that: https://docs.aws.amazon.com/waf/latest/APIReference/API_DataProtection.html
PROTECTED = (
    wafv2.FieldToProtect(FieldType="SINGLE_HEADER", FieldKeys=list(REDACTED)),
    wafv2.FieldToProtect(FieldType="BODY"),
)


def add_web_acl(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    log_groups: LogGroups,
    load_balancer: LoadBalancer,
) -> None:
    """Add the web ACL with AWS's rules and a rate limit, its association and its logs."""
    counts, limit = conditions.counts_web_requests, parameters.rate_limit
    if not (counts and limit and log_groups.web_acl):
        return
    acl = scope.add(
        wafv2.WebACL(
            "WebAcl",
            Name=naming.physical_name("AWS::WAFv2::WebACL", "web"),
            Scope="REGIONAL",
            DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
            Rules=[
                # First: what it stops, the others need not inspect.
                _limit_rate(0, counts, limit),
                *(
                    _managed(priority, name, counts)
                    for priority, name in enumerate(MANAGED_RULES, start=1)
                ),
            ],
            DataProtectionConfig=wafv2.DataProtectionConfig(
                DataProtections=[
                    wafv2.DataProtect(Field=field, Action="SUBSTITUTION") for field in PROTECTED
                ]
            ),
            VisibilityConfig=_visible("WebAcl"),
            Tags=naming.tags("web-acl"),
        )
    )
    scope.add(
        wafv2.WebACLAssociation(
            "WebAclAssociation",
            ResourceArn=load_balancer.balancer.ref(),
            WebACLArn=acl.get_att("Arn"),
        )
    )
    # Not the group's own ARN, which ends with :* and which WAF returns without.
    group = (
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
        f"${{{log_groups.web_acl.title}}}"
    )
    scope.add(
        wafv2.LoggingConfiguration(
            "WebAclLogs",
            ResourceArn=acl.get_att("Arn"),
            LogDestinationConfigs=[Sub(group)],
            RedactedFields=[
                wafv2.LoggingConfigurationFieldToMatch(SingleHeader=wafv2.SingleHeader(Name=header))
                for header in REDACTED
            ],
        )
    )


def _limit_rate(priority: int, counts: str, limit: Parameter) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Name="RateLimit",
        Priority=priority,
        Action=If(counts, {"Count": {}}, {"Block": {}}),
        Statement=wafv2.Statement(
            RateBasedStatement=wafv2.RateBasedStatement(
                AggregateKeyType="IP", EvaluationWindowSec=WINDOW_SECONDS, Limit=limit.ref()
            )
        ),
        VisibilityConfig=_visible("RateLimit"),
    )


def _managed(priority: int, name: str, counts: str) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Name=name,
        Priority=priority,
        # "None" leaves the action to each rule of the group: they block.
        OverrideAction=If(counts, {"Count": {}}, {"None": {}}),
        Statement=wafv2.Statement(
            ManagedRuleGroupStatement=wafv2.ManagedRuleGroupStatement(
                VendorName="AWS", Name=MANAGED_RULES[name]
            )
        ),
        VisibilityConfig=_visible(name),
    )


def _visible(metric: str) -> wafv2.VisibilityConfig:
    # Without samples: they show headers that the logs leave out.
    return wafv2.VisibilityConfig(
        CloudWatchMetricsEnabled=True, MetricName=metric, SampledRequestsEnabled=False
    )
