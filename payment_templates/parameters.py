"""Adds the template's parameters, with their groups and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import Parameter

from payment_templates.facts.regions import LONGEST_REGION
from payment_templates.naming import LONGEST_SUFFIX

if TYPE_CHECKING:
    from payment_templates.scope import Scope

# The newest 15.x that cfn-lint lists as creatable; 15.4, which the specification names, is not:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
ENGINE_VERSION = "15.19"
# Runs as an unprivileged user, on a read-only root file system with a writable /tmp.
CONTAINER_IMAGE = "public.ecr.aws/nginx/nginx-unprivileged:1.29-alpine"
CONTAINER_PORT = 8080
# Ports below 1024 need root, and the container does not run as root.
LOWEST_PORT = 1024
HIGHEST_PORT = 65535
# CreateHealthCheck, ResourcePath; CreateTargetGroup allows 1,024.
LONGEST_PATH = 255
_PATH = r"^/[A-Za-z0-9._~/?=&%-]*$"
LONGEST_EMAIL = 254
# The most: RateBasedStatement, Limit. It accepts 10 too, but each health checker of Route 53 asks
# every ten seconds, which is 30 requests in five minutes: blocked, it would take the region out of
# DNS. https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
RATE_LIMITS = (100, 2_000_000_000)
# Requests of an address in five minutes.
RATE_LIMIT = 2000
_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_REGION = "^[a-z]{2,4}(-[a-z]+)+-[0-9]$"


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The template's parameters."""

    alert_email: Parameter
    database_password: Parameter
    engine_version: Parameter
    container_image: Parameter
    container_repository_arn: Parameter
    container_port: Parameter
    container_user: Parameter
    health_check_path: Parameter
    certificate_arn: Parameter
    availability_zones: Parameter
    hosted_zone_id: Parameter
    domain_name: Parameter
    primary_region: Parameter
    # Exists only when the options ask for deletion protection.
    deletion_protection: Parameter | None
    # Exist only with a global database.
    database_home_region: Parameter | None
    readiness_path: Parameter | None
    second_region: Parameter | None
    # Exists only with a bound on lost payments.
    bound_lost_payments: Parameter | None
    # Exist only with more endpoints for alerts.
    second_alert_email: Parameter | None
    alert_url: Parameter | None
    slack_workspace_id: Parameter | None
    slack_channel_id: Parameter | None
    # Exist only with a web ACL.
    web_acl_mode: Parameter | None
    rate_limit: Parameter | None


def add_parameters(scope: Scope) -> Parameters:
    """Add every parameter."""
    # Not a field of Parameters: naming refers to it by its logical ID.
    _add_environment_suffix(scope)
    more_endpoints = scope.options.more_alert_endpoints
    return Parameters(
        alert_email=_add_alert_email(scope),
        database_password=_add_database_password(scope),
        engine_version=_add_engine_version(scope),
        container_image=_add_container_image(scope),
        container_repository_arn=_add_container_repository_arn(scope),
        container_port=_add_container_port(scope),
        container_user=_add_container_user(scope),
        health_check_path=_add_health_check_path(scope),
        certificate_arn=_add_certificate_arn(scope),
        availability_zones=_add_availability_zones(scope),
        hosted_zone_id=_add_hosted_zone_id(scope),
        domain_name=_add_domain_name(scope),
        primary_region=_add_primary_region(scope),
        deletion_protection=(
            _add_deletion_protection(scope) if scope.options.deletion_protection else None
        ),
        database_home_region=(
            _add_database_home_region(scope) if scope.options.global_database else None
        ),
        readiness_path=_add_readiness_path(scope) if scope.options.global_database else None,
        second_region=_add_second_region(scope) if scope.options.global_database else None,
        bound_lost_payments=(
            _add_bound_lost_payments(scope) if scope.options.lost_seconds else None
        ),
        second_alert_email=_add_second_alert_email(scope) if more_endpoints else None,
        alert_url=_add_alert_url(scope) if more_endpoints else None,
        slack_workspace_id=_add_slack_workspace_id(scope) if more_endpoints else None,
        slack_channel_id=_add_slack_channel_id(scope) if more_endpoints else None,
        web_acl_mode=_add_web_acl_mode(scope) if scope.options.web_acl else None,
        rate_limit=_add_rate_limit(scope) if scope.options.web_acl else None,
    )


_ENVIRONMENT = "Environment"
_DATABASE = "Database"
_APPLICATION = "Application"
_NETWORK = "Network and DNS"


def _add_environment_suffix(scope: Scope) -> None:
    parameter = Parameter(
        "EnvironmentSuffix",
        Type="String",
        Description="Suffix of every name in the stack.",
        # RDS refuses a double hyphen and a hyphen at the end.
        AllowedPattern="^[a-z0-9]+(-[a-z0-9]+)*$",
        MaxLength=LONGEST_SUFFIX,
        ConstraintDescription=(
            f"1 to {LONGEST_SUFFIX} lowercase letters, digits and single hyphens: dev-001"
        ),
    )
    scope.add_parameter(parameter, group=_ENVIRONMENT, label="Suffix")


def _add_alert_email(scope: Scope) -> Parameter:
    parameter = Parameter(
        "AlertEmail",
        Type="String",
        Description="Receives every alert once AWS's e-mail is confirmed.",
        AllowedPattern=_EMAIL,
        MaxLength=LONGEST_EMAIL,
        ConstraintDescription="One address: on-call@example.com",
    )
    return scope.add_parameter(parameter, group=_ENVIRONMENT, label="E-mail")


def _add_database_password(scope: Scope) -> Parameter:
    parameter = Parameter(
        "DBMasterPassword",
        Type="String",
        Description="Master password; generated if empty.",
        NoEcho=True,
        Default="",
        # CreateDBCluster, MasterUserPassword: 8 to 41 printable characters except / " @. RDS also
        # refuses a space, and a backslash would break the JSON of the secret.
        AllowedPattern=r"^$|^[!#-.0-?A-\[\]-~]{8,41}$",
        MaxLength=41,
        ConstraintDescription=("8 to 41 printable characters without / \\ @ quote or space"),
    )
    return scope.add_parameter(parameter, group=_DATABASE, label="Master password")


def _add_engine_version(scope: Scope) -> Parameter:
    parameter = Parameter(
        "DBEngineVersion",
        Type="String",
        Description="Aurora PostgreSQL version. A newer one upgrades in place.",
        Default=ENGINE_VERSION,
        AllowedPattern=r"^15\.[0-9]{1,2}$",
        ConstraintDescription=f"A version 15.x: {ENGINE_VERSION}",
    )
    return scope.add_parameter(parameter, group=_DATABASE, label="Version")


def _add_container_image(scope: Scope) -> Parameter:
    parameter = Parameter(
        "ContainerImage",
        Type="String",
        Description="Image. It must run without root and write only to /tmp.",
        Default=CONTAINER_IMAGE,
        AllowedPattern=r"^[a-z0-9][A-Za-z0-9._/:@-]*$",
        MaxLength=512,
        ConstraintDescription="registry/name:tag or registry/name@sha256:digest",
    )
    return scope.add_parameter(parameter, group=_APPLICATION, label="Image")


def _add_container_repository_arn(scope: Scope) -> Parameter:
    parameter = Parameter(
        "ContainerRepositoryArn",
        Type="String",
        Description="Private ECR repository of the image; empty if public.",
        Default="",
        AllowedPattern=r"^$|^arn:aws[a-z-]*:ecr:[^:]+:\d{12}:repository/[^:]+$",
        MaxLength=512,
        ConstraintDescription="arn:aws:ecr:REGION:ACCOUNT:repository/NAME",
    )
    return scope.add_parameter(parameter, group=_APPLICATION, label="Repository")


def _add_container_port(scope: Scope) -> Parameter:
    parameter = Parameter(
        "ContainerPort",
        Type="Number",
        Description="Port that the container listens on.",
        Default=CONTAINER_PORT,
        MinValue=LOWEST_PORT,
        MaxValue=HIGHEST_PORT,
        ConstraintDescription=f"{LOWEST_PORT} to {HIGHEST_PORT}",
    )
    return scope.add_parameter(parameter, group=_APPLICATION, label="Port")


def _add_container_user(scope: Scope) -> Parameter:
    parameter = Parameter(
        "ContainerUser",
        Type="String",
        Description="User of the container; the image's own if empty.",
        Default="",
        # Never 0, the UID and GID of root.
        AllowedPattern="^$|^[1-9][0-9]{0,9}(:[1-9][0-9]{0,9})?$",
        MaxLength=21,
        ConstraintDescription="UID or UID:GID, not root: 101",
    )
    return scope.add_parameter(parameter, group=_APPLICATION, label="User")


def _add_health_check_path(scope: Scope) -> Parameter:
    parameter = Parameter(
        "HealthCheckPath",
        Type="String",
        Description="Health check path. It must return 200.",
        Default="/",
        AllowedPattern=_PATH,
        MaxLength=LONGEST_PATH,
        ConstraintDescription="A path: /health",
    )
    return scope.add_parameter(parameter, group=_APPLICATION, label="Health check")


def _add_certificate_arn(scope: Scope) -> Parameter:
    parameter = Parameter(
        "CertificateArn",
        Type="String",
        Description="ACM certificate of this region. With it, HTTP redirects to HTTPS.",
        Default="",
        AllowedPattern=r"^$|^arn:aws[a-z-]*:acm:[^:]+:\d{12}:certificate/[^:]+$",
        MaxLength=256,
        ConstraintDescription="arn:aws:acm:REGION:ACCOUNT:certificate/ID",
    )
    return scope.add_parameter(parameter, group=_APPLICATION, label="Certificate")


def _add_availability_zones(scope: Scope) -> Parameter:
    zones = scope.options.zones
    parameter = Parameter(
        "AvailabilityZones",
        Type="CommaDelimitedList",
        Description=(f"{zones} zones; the region's first {zones} if blank. Cannot change."),
        # One blank for each zone: Fn::Select needs a value at every index.
        Default="," * (zones - 1),
        AllowedPattern="^$|^[a-z]{2,4}(-[a-z]+)+-[0-9][a-z]$",
        ConstraintDescription=f"{zones} zones separated by commas, or as many blanks",
    )
    return scope.add_parameter(parameter, group=_NETWORK, label="Zones")


def _add_hosted_zone_id(scope: Scope) -> Parameter:
    parameter = Parameter(
        "HostedZoneId",
        Type="String",
        Description="Public hosted zone for failover between regions.",
        Default="",
        AllowedPattern="^$|^Z[A-Z0-9]{1,31}$",
        ConstraintDescription="ID of a hosted zone: Z...",
    )
    return scope.add_parameter(parameter, group=_NETWORK, label="Hosted zone")


def _add_domain_name(scope: Scope) -> Parameter:
    parameter = Parameter(
        "DomainName",
        Type="String",
        Description="DNS name that fails over.",
        Default="",
        AllowedPattern=r"^$|^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){2,}[a-z]{2,63}$",
        MaxLength=253,
        # A CNAME is not possible at the zone apex.
        ConstraintDescription="A name below the zone's own: pay.example.com",
    )
    return scope.add_parameter(parameter, group=_NETWORK, label="Domain name")


def _add_primary_region(scope: Scope) -> Parameter:
    parameter = Parameter(
        "PrimaryRegion",
        Type="String",
        Description="Region that serves DomainName while healthy.",
        Default="us-east-1",
        AllowedPattern=_REGION,
        MaxLength=LONGEST_REGION,
        ConstraintDescription="A region: us-east-1",
    )
    return scope.add_parameter(parameter, group=_NETWORK, label="Primary region")


def _add_deletion_protection(scope: Scope) -> Parameter:
    parameter = Parameter(
        "DeletionProtection",
        Type="String",
        Description="Protect database and load balancer. Use false for the first creation.",
        Default="true",
        AllowedValues=["true", "false"],
    )
    return scope.add_parameter(parameter, group=_ENVIRONMENT, label="Deletion protection")


def _add_database_home_region(scope: Scope) -> Parameter:
    parameter = Parameter(
        "DatabaseHomeRegion",
        Type="String",
        # Not PrimaryRegion, which an operator changes to move the traffic.
        Description="Region that creates the global database. Never change it.",
        Default="us-east-1",
        AllowedPattern=_REGION,
        MaxLength=LONGEST_REGION,
        ConstraintDescription="A region: us-east-1",
    )
    return scope.add_parameter(parameter, group=_DATABASE, label="Home region")


def _add_readiness_path(scope: Scope) -> Parameter:
    parameter = Parameter(
        "ReadinessPath",
        Type="String",
        Description=(
            "Path that returns 200 only if the database accepts writes; HealthCheckPath if empty."
        ),
        Default="",
        AllowedPattern=f"^$|{_PATH}",
        MaxLength=LONGEST_PATH,
        ConstraintDescription="A path: /ready",
    )
    return scope.add_parameter(parameter, group=_APPLICATION, label="Readiness check")


def _add_second_region(scope: Scope) -> Parameter:
    parameter = Parameter(
        "SecondRegion",
        Type="String",
        Description="Region of the stack whose database joins that of DatabaseHomeRegion.",
        Default="us-west-2",
        AllowedPattern=_REGION,
        MaxLength=LONGEST_REGION,
        ConstraintDescription="A region: us-west-2",
    )
    return scope.add_parameter(parameter, group=_NETWORK, label="Second region")


def _add_bound_lost_payments(scope: Scope) -> Parameter:
    parameter = Parameter(
        "BoundLostPayments",
        Type="String",
        # Without a copy that is close enough, the database commits nothing.
        Description=(
            f"Stop payments when the copy is {scope.options.lost_seconds} s behind. Use true only "
            "while SecondRegion has a copy."
        ),
        Default="false",
        AllowedValues=["true", "false"],
    )
    return scope.add_parameter(parameter, group=_DATABASE, label="Bound lost payments")


def _add_second_alert_email(scope: Scope) -> Parameter:
    parameter = Parameter(
        "SecondAlertEmail",
        Type="String",
        Description="Receives every alert too, once AWS's e-mail is confirmed; none if empty.",
        Default="",
        AllowedPattern=f"^$|{_EMAIL}",
        MaxLength=LONGEST_EMAIL,
        ConstraintDescription="One address: on-call@example.com",
    )
    return scope.add_parameter(parameter, group=_ENVIRONMENT, label="Second e-mail")


def _add_alert_url(scope: Scope) -> Parameter:
    parameter = Parameter(
        "AlertUrl",
        Type="String",
        Description="HTTPS endpoint that confirms SNS subscriptions, as PagerDuty and Opsgenie do.",
        Default="",
        AllowedPattern=r"^$|^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-~]*)?$",
        MaxLength=2048,
        ConstraintDescription="An address: https://events.example.com/alerts",
    )
    return scope.add_parameter(parameter, group=_ENVIRONMENT, label="Alert URL")


def _add_slack_workspace_id(scope: Scope) -> Parameter:
    parameter = Parameter(
        "SlackWorkspaceId",
        Type="String",
        # CloudFormation refuses to replace the configuration, which has a name.
        Description="Workspace that is authorized in Amazon Q Developer in chat applications. "
        "Clear it before you set another.",
        Default="",
        AllowedPattern="^$|^T[0-9A-Z]{1,254}$",
        ConstraintDescription="ID of a workspace: T...",
    )
    return scope.add_parameter(parameter, group=_ENVIRONMENT, label="Slack workspace")


def _add_slack_channel_id(scope: Scope) -> Parameter:
    parameter = Parameter(
        "SlackChannelId",
        Type="String",
        Description="Channel that receives every alert; an account can use it for one stack.",
        Default="",
        AllowedPattern="^$|^[CG][0-9A-Z]{1,254}$",
        ConstraintDescription="ID of a channel: C...",
    )
    return scope.add_parameter(parameter, group=_ENVIRONMENT, label="Slack channel")


def _add_web_acl_mode(scope: Scope) -> Parameter:
    parameter = Parameter(
        "WebAclMode",
        Type="String",
        # A rule that stops honest payments costs more in the first days than an attack that it
        # only reports.
        Description=(
            "Count logs attacks and lets them pass: for the first days. Then use Block, as PCI DSS "
            "6.4.2 asks."
        ),
        Default="Count",
        AllowedValues=["Count", "Block"],
    )
    return scope.add_parameter(parameter, group=_NETWORK, label="Web ACL")


def _add_rate_limit(scope: Scope) -> Parameter:
    least, most = RATE_LIMITS
    parameter = Parameter(
        "RateLimit",
        Type="Number",
        Description="Most requests that the web ACL accepts from one address in five minutes.",
        Default=RATE_LIMIT,
        MinValue=least,
        MaxValue=most,
        ConstraintDescription=f"{least} to {most}",
    )
    return scope.add_parameter(parameter, group=_NETWORK, label="Rate limit")
