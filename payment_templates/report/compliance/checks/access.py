"""Checks accounts, passwords, keys and policies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, conditional, kept, not_applicable
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check
from payment_templates.report.compliance.checks.databases import (
    CLUSTER,
    INSTANCE,
    copies_another_region,
    databases,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence import Finding, Topology

_KEY = "AWS::KMS::Key"
_POLICY, _ROLE = "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"
_SECRET, _SCHEDULE = "AWS::SecretsManager::Secret", "AWS::SecretsManager::RotationSchedule"
# The names that attackers try first: Security Hub, RDS.24.
_DEFAULT_NAMES = {"admin", "postgres"}
# PCI DSS 8.3.6.
_LEAST_CHARACTERS = 12
# PCI DSS 8.3.9; AWS Config, secretsmanager-secret-periodic-rotation.
_MOST_DAYS = 90
# botocore secretsmanager, GetRandomPassword, PasswordLength.
_GENERATED_CHARACTERS = 32
_RATE = re.compile(r"rate\((\d+) days?\)")
# Only these rotate: botocore kms, EnableKeyRotation.
_ROTATING_SPEC = "SYMMETRIC_DEFAULT"


@check(
    "The database takes logins by IAM",
    {
        CLUSTER: ("EnableIAMDatabaseAuthentication",),
        INSTANCE: ("EnableIAMDatabaseAuthentication",),
    },
)
def database_takes_iam_logins(topology: Topology) -> Finding:
    """Check that each database accepts short-lived IAM tokens instead of passwords."""
    found = databases(topology.stack)
    if not found:
        return absent("there is no database")
    for database in found:
        if not database.properties.flag("EnableIAMDatabaseAuthentication"):
            return broken(f"{database.logical_id} takes passwords only")
    return kept(f"{quantity(len(found), 'database')} with logins by IAM")


@check(
    "The database administrator has a name of its own",
    {CLUSTER: ("MasterUsername",), INSTANCE: ("MasterUsername",)},
)
def administrator_has_own_name(topology: Topology) -> Finding:
    """Check that no database uses the default name of the administrator."""
    found = [it for it in databases(topology.stack) if "MasterUsername" in it.properties]
    if not found and copies_another_region(topology.stack):
        return _of_home_region("administrator")
    if not found:
        return absent("no database names an administrator")
    for database in found:
        if (name := database.properties.text("MasterUsername").lower()) in _DEFAULT_NAMES:
            return broken(f"{database.logical_id} uses the default name {name}")
    return kept(f"{quantity(len(found), 'database')} without a default name")


@check(
    "Secrets are rotated",
    {
        _SCHEDULE: ("SecretId", "RotationRules"),
        _SECRET: (),
        CLUSTER: ("ManageMasterUserPassword",),
        INSTANCE: ("ManageMasterUserPassword",),
    },
)
def secrets_are_rotated(topology: Topology) -> Finding:
    """Check that each secret has a rotation schedule of 90 days or less.

    A password that RDS manages is rotated every seven days by default:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
    """
    stack = topology.stack
    secrets = stack.of_type(_SECRET)
    managed = _with_managed_password(stack)
    if not secrets and not managed and copies_another_region(stack):
        return _of_home_region("secret")
    if not secrets and not managed:
        return absent("there is no secret")
    for secret in secrets:
        schedules = [
            each
            for each in stack.of_type(_SCHEDULE)
            if stack.find(each.properties.get("SecretId"), _SECRET) is secret
        ]
        if not schedules:
            return broken(f"{secret.logical_id} is not rotated: it has no rotation schedule")
        for schedule in schedules:
            if (days := _days(schedule)) > _MOST_DAYS:
                return broken(f"{secret.logical_id} is rotated only every {quantity(days, 'day')}")
    return kept(f"{quantity(len(secrets) + len(managed), 'secret')}, all of them rotated")


@check("Generated passwords are long", {_SECRET: ("GenerateSecretString", "SecretString")})
def generated_passwords_are_long(topology: Topology) -> Finding:
    """Check that passwords that Secrets Manager generates have twelve characters or more."""
    secrets = topology.stack.of_type(_SECRET)
    if not secrets and _with_managed_password(topology.stack):
        return not_applicable("RDS generates the password itself")
    if not secrets and copies_another_region(topology.stack):
        return _of_home_region("password")
    if not secrets:
        return absent("there is no secret")
    given: list[str] = []
    for secret in secrets:
        if "GenerateSecretString" not in secret.properties:
            given.append(secret.logical_id)
            continue
        generated = secret.properties.child("GenerateSecretString")
        length = generated.whole("PasswordLength", _GENERATED_CHARACTERS)
        if length < _LEAST_CHARACTERS:
            return broken(f"{secret.logical_id} has only {quantity(length, 'character')}")
    if given:
        return conditional(f"if the value given for {', '.join(given)} is long and complex")
    return kept(f"{quantity(len(secrets), 'generated password')}, each long enough")


def _of_home_region(what: str) -> Finding:
    return not_applicable(f"a copy of another region's database has the {what} of that region")


@check("Policies are attached to roles", {_POLICY: ("Roles",), _ROLE: ("ManagedPolicyArns",)})
def policies_are_attached(topology: Topology) -> Finding:
    """Check that each policy gives its rights to roles of the stack, or to groups."""
    stack = topology.stack
    policies = stack.of_type(_POLICY)
    if not policies:
        return not_applicable("there is no managed policy")
    for policy in policies:
        if policy.properties.values("Users"):
            return broken(f"{policy.logical_id} gives its rights to users, not to roles")
        if not (
            policy.properties.values("Roles")
            or policy.properties.values("Groups")
            or _is_used(stack, policy)
        ):
            return broken(f"{policy.logical_id} is attached to nothing")
    return kept(f"{quantity(len(policies), 'policy', 'policies')}, attached to roles")


@check("Keys are rotated", {_KEY: ("EnableKeyRotation", "RotationPeriodInDays")})
def keys_are_rotated(topology: Topology) -> Finding:
    """Check that KMS rotates each symmetric key."""
    keys = topology.stack.of_type(_KEY)
    if not keys:
        return absent("there is no key")
    by_hand: list[str] = []
    for key in keys:
        if key.properties.text("KeySpec") not in {"", _ROTATING_SPEC}:
            by_hand.append(key.logical_id)
        elif not key.properties.flag("EnableKeyRotation"):
            return broken(f"{key.logical_id} is not rotated")
    if by_hand:
        return conditional(f"if an operator replaces {', '.join(by_hand)}: KMS does not rotate it")
    return kept(f"{quantity(len(keys), 'key')}, rotated by KMS")


def _with_managed_password(stack: Stack) -> list[StackResource]:
    return [it for it in databases(stack) if it.properties.flag("ManageMasterUserPassword")]


def _is_used(stack: Stack, policy: StackResource) -> bool:
    return any(
        stack.find(value, _POLICY) is policy
        for role in stack.of_type(_ROLE)
        for value in (
            *role.properties.values("ManagedPolicyArns"),
            role.properties.get("PermissionsBoundary"),
        )
    )


def _days(schedule: StackResource) -> int:
    """Return the days between two rotations; 0 if a cron expression decides them."""
    rules = schedule.properties.child("RotationRules")
    rate = _RATE.fullmatch(rules.text("ScheduleExpression"))
    return int(rate[1]) if rate else rules.whole("AutomaticallyAfterDays")
