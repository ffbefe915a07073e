"""Adds the template's rules: which parameters' values fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import AWS_REGION, And, Equals, Not, Or, Parameter, Ref

if TYPE_CHECKING:
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope


def add_rules(scope: Scope, *, parameters: Parameters) -> None:
    """Add every rule; CloudFormation refuses values that break one before it changes anything."""
    _require_zone_with_domain(scope, parameters)
    if scope.options.require_certificate:
        _require_certificate(scope, parameters)
    if parameters.second_region and parameters.database_home_region:
        home, second = parameters.database_home_region, parameters.second_region
        _require_two_values(scope, "TwoRegions", home, second)
        _require_region_of_pair(scope, home, second)
        _require_primary_of_pair(scope, parameters, home, second)
    if parameters.slack_workspace_id and parameters.slack_channel_id:
        _require_both(
            scope,
            "SlackChannelWithWorkspace",
            parameters.slack_workspace_id,
            parameters.slack_channel_id,
        )
    if parameters.second_alert_email:
        _require_two_values(
            scope, "TwoAlertEmails", parameters.alert_email, parameters.second_alert_email
        )


def _require_certificate(scope: Scope, parameters: Parameters) -> None:
    scope.template.add_rule(
        "CertificateForHttps",
        {
            "Assertions": [
                {
                    "Assert": Not(Equals(Ref(parameters.certificate_arn), "")),
                    "AssertDescription": "Give CertificateArn: payments need HTTPS",
                }
            ]
        },
    )


def _require_zone_with_domain(scope: Scope, parameters: Parameters) -> None:
    _require_both(
        scope, "HostedZoneWithDomainName", parameters.hosted_zone_id, parameters.domain_name
    )


def _require_both(scope: Scope, rule: str, one: Parameter, other: Parameter) -> None:
    no_one, no_other = Equals(Ref(one), ""), Equals(Ref(other), "")
    scope.template.add_rule(
        rule,
        {
            "Assertions": [
                {
                    "Assert": Or(And(no_one, no_other), And(Not(no_one), Not(no_other))),
                    "AssertDescription": f"Give both {one.title} and {other.title}, or none",
                }
            ]
        },
    )


def _require_two_values(scope: Scope, rule: str, one: Parameter, other: Parameter) -> None:
    scope.template.add_rule(
        rule,
        {
            "Assertions": [
                {
                    "Assert": Not(Equals(Ref(one), Ref(other))),
                    "AssertDescription": f"{other.title} must differ from {one.title}",
                }
            ]
        },
    )


def _require_region_of_pair(scope: Scope, home: Parameter, second: Parameter) -> None:
    # In any third region the database would join the global database too, and no alarm of the two
    # would report the loss of that region.
    pair = [Equals(Ref(AWS_REGION), Ref(region)) for region in (home, second)]
    scope.template.add_rule(
        "RegionOfPair",
        {
            "Assertions": [
                {
                    "Assert": Or(*pair),
                    "AssertDescription": f"Deploy in {home.title} or {second.title}",
                }
            ]
        },
    )


def _require_primary_of_pair(
    scope: Scope, parameters: Parameters, home: Parameter, second: Parameter
) -> None:
    # Both records would be SECONDARY, and Route 53 accepts one of them: the creation of the second
    # region would fail at its record, when everything else exists.
    pair = [Equals(Ref(parameters.primary_region), Ref(region)) for region in (home, second)]
    scope.template.add_rule(
        "PrimaryRegionOfPair",
        {
            "Assertions": [
                {
                    "Assert": Or(Equals(Ref(parameters.domain_name), ""), *pair),
                    "AssertDescription": (
                        f"{parameters.primary_region.title} must be {home.title} or {second.title}"
                    ),
                }
            ]
        },
    )
