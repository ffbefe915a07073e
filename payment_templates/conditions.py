"""Adds the template's conditions, which depend on its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import AWS_REGION, And, Equals, Join, Not, Ref

if TYPE_CHECKING:
    from troposphere import Parameter

    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Names of the conditions, for Fn::If and Condition."""

    has_zones: str
    has_password: str
    has_repository: str
    has_user: str
    has_certificate: str
    has_domain: str
    is_primary_region: str
    # Exist only with a global database.
    is_database_home: str | None
    has_readiness_path: str | None
    # Exists only with a bound on lost payments.
    bounds_lost_payments: str | None
    # Exist only with more endpoints for alerts.
    has_second_alert_email: str | None
    has_alert_url: str | None
    has_slack_channel: str | None
    # Exists only with a web ACL.
    counts_web_requests: str | None


def add_conditions(scope: Scope, *, parameters: Parameters) -> Conditions:
    """Add every condition."""
    any_zone = Not(Equals(Join("", parameters.availability_zones.ref()), ""))
    in_primary = Equals(Ref(AWS_REGION), parameters.primary_region.ref())
    home, readiness = parameters.database_home_region, parameters.readiness_path
    email, url = parameters.second_alert_email, parameters.alert_url
    return Conditions(
        has_zones=scope.add_condition("HasZones", any_zone),
        has_password=_add_given(scope, "HasPassword", parameters.database_password),
        has_repository=_add_given(scope, "HasRepository", parameters.container_repository_arn),
        has_user=_add_given(scope, "HasUser", parameters.container_user),
        has_certificate=_add_given(scope, "HasCertificate", parameters.certificate_arn),
        has_domain=_add_given(scope, "HasDomain", parameters.domain_name),
        is_primary_region=scope.add_condition("IsPrimaryRegion", in_primary),
        is_database_home=(
            scope.add_condition("IsDatabaseHome", Equals(Ref(AWS_REGION), home.ref()))
            if home
            else None
        ),
        has_readiness_path=_add_given(scope, "HasReadinessPath", readiness) if readiness else None,
        bounds_lost_payments=_add_bound(scope, parameters),
        has_second_alert_email=_add_given(scope, "HasSecondAlertEmail", email) if email else None,
        has_alert_url=_add_given(scope, "HasAlertUrl", url) if url else None,
        has_slack_channel=_add_slack_channel(scope, parameters),
        counts_web_requests=_add_counting(scope, parameters),
    )


def _add_bound(scope: Scope, parameters: Parameters) -> str | None:
    home, bound = parameters.database_home_region, parameters.bound_lost_payments
    if not (home and bound):
        return None
    at_home = Equals(Ref(AWS_REGION), home.ref())
    return scope.add_condition("BoundsLostPayments", And(at_home, Equals(bound.ref(), "true")))


def _add_slack_channel(scope: Scope, parameters: Parameters) -> str | None:
    workspace, channel = parameters.slack_workspace_id, parameters.slack_channel_id
    if not (workspace and channel):
        return None
    given = [Not(Equals(parameter.ref(), "")) for parameter in (workspace, channel)]
    if home := parameters.database_home_region:
        # An account can use a channel once, so one region does it for both: the second, which is
        # created when the topic of the home region exists.
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1155
        given.append(Not(Equals(Ref(AWS_REGION), home.ref())))
    return scope.add_condition("HasSlackChannel", And(*given))


def _add_counting(scope: Scope, parameters: Parameters) -> str | None:
    mode = parameters.web_acl_mode
    return scope.add_condition("CountsWebRequests", Equals(mode.ref(), "Count")) if mode else None


def _add_given(scope: Scope, name: str, parameter: Parameter) -> str:
    return scope.add_condition(name, Not(Equals(parameter.ref(), "")))
