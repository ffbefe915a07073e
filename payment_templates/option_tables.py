"""Validates the options that name things of the operator: roles, tags, variables, thresholds."""

from __future__ import annotations

import re
from math import isfinite
from typing import cast

# Of the ten of a Route 53 health check, two are the template's own: botocore route53,
# ChangeTagsForResource.AddTags. Every other resource takes 50.
MOST_TAGS = 8
# The last one is of the HTTP listener alone.
OWN_TAGS = ("Environment", "Name", "RedirectsTo")
# CloudFormation's and RDS's own: botocore rds, Tag.Key and Tag.Value.
OWN_PREFIXES = ("aws:", "rds:")
# EC2 takes one character less than the others: botocore ec2, Tag.Key.
_LONGEST_KEY = 127
# The characters that every service accepts:
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
_TAG_TEXT = r"[\w .:/=+@-]"
_VARIABLE = "[A-Za-z_][A-Za-z0-9_]*"
# Set by the template: the container's port and the way to the database.
OWN_VARIABLES = re.compile("PORT|DB_.*")
# IAM, CreatePolicy: Path and PolicyName.
_POLICY = r"([!-.0-~]+/)*[A-Za-z0-9+=,.@_-]{1,128}"
_POLICY_ARN = rf"arn:aws[a-z-]*:iam::(aws|\d{{12}}):policy/{_POLICY}"
_PLACE = (
    r"arn:(?:aws[a-z-]*|\$\{AWS::Partition\}):%s:(?:[a-z0-9-]+|\$\{AWS::Region\})"
    r":(?:\d{12}|\$\{AWS::AccountId\})"
)
# With key, stage and version behind the ARN: ECS, Secret, valueFrom.
_SECRET = re.compile(
    f"({_PLACE % 'secretsmanager'}:secret:[A-Za-z0-9/_+=.@-]+)(?::[^:]*:[^:]*:[^:]*)?"
)
_PARAMETER = re.compile(f"({_PLACE % 'ssm'}:parameter/[A-Za-z0-9/_.-]+)")
# The alarms whose threshold an operator may choose; the others follow from the specification.
ALARMS = ("response-time", "unhealthy-targets", "replication-lag")


def validate_boundary(boundary: object) -> None:
    """Refuse what names no IAM policy; empty means no boundary."""
    known = isinstance(boundary, str) and (
        boundary == ""
        or re.fullmatch(_POLICY_ARN if boundary.startswith("arn:") else _POLICY, boundary)
    )
    if not known:
        raise ValueError(
            "permissions_boundary must be the name or ARN of an IAM policy such as "
            f"boundaries/payments, got {boundary!r}"
        )


def validate_tags(tags: object) -> None:
    """Refuse tags that one of the stack's services or the template itself would refuse."""
    pairs = _pairs("tags", tags)
    if len(pairs) > MOST_TAGS:
        raise ValueError(
            f"tags must have up to {MOST_TAGS} entries, which is what a Route 53 health check has "
            f"room for, got {len(pairs)}"
        )
    # IAM refuses two keys of a role that differ only in case: "Duplicate tag keys found".
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    taken = {own.lower(): own for own in OWN_TAGS}
    for key, value in pairs:
        own = taken.get(key.lower(), "")
        if own in OWN_TAGS:
            raise ValueError(f"tags.{key} is set by the template, as {own}: use another key")
        if own:
            raise ValueError(f"tags.{key} and tags.{own} are one key for IAM: use one of them")
        taken[key.lower()] = key
        _validate_tag(key, value)


def _validate_tag(key: str, value: object) -> None:
    if key.lower().startswith(OWN_PREFIXES):
        raise ValueError(f"tags.{key} must not start with aws: or rds:, which are AWS's own")
    if not re.fullmatch(f"{_TAG_TEXT}{{1,{_LONGEST_KEY}}}", key):
        raise ValueError(
            f"tags must have keys of 1 to {_LONGEST_KEY} letters, digits and {_SIGNS}: {key!r}"
        )
    if not (isinstance(value, str) and re.fullmatch(f"{_TAG_TEXT}{{0,256}}", value)):
        raise ValueError(
            f"tags.{key} must be text of up to 256 letters, digits and {_SIGNS}, got {value!r}"
        )
    if value.lower().startswith(OWN_PREFIXES):
        raise ValueError(f"tags.{key} must not have a value that starts with aws: or rds:")


_SIGNS = "spaces or . : / = + @ - _"


def validate_environment(environment: object) -> None:
    """Refuse variables that the template sets, and values that are not plain text."""
    for name, value in _pairs("environment", environment):
        _validate_variable("environment", name)
        if not isinstance(value, str):
            raise ValueError(  # noqa: TRY004 - an invalid option, as every other.
                f'environment.{name} must be text such as "1", got {value!r}'
            )
        # CloudFormation would resolve it into the task definition, which shows it in the clear.
        if "{{resolve:" in value:
            raise ValueError(f"environment.{name} must not be a dynamic reference: use secrets")


def validate_secrets(secrets: object, *, environment: object) -> None:
    """Refuse variables that are taken, and values that are not the ARN of a secret."""
    taken = {name for name, _ in _pairs("environment", environment)}
    for name, arn in _pairs("secrets", secrets):
        _validate_variable("secrets", name)
        if name in taken:
            raise ValueError(f"secrets.{name} is in environment too: use one of them")
        # The value may be the secret itself: it is not repeated.
        if not (isinstance(arn, str) and (_SECRET.fullmatch(arn) or _PARAMETER.fullmatch(arn))):
            raise ValueError(
                f"secrets.{name} must be the ARN of a secret or SSM parameter such as "
                "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:key-AbCdEf"
            )


def secret_arns(secrets: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return the ARNs in Secrets Manager, without key, stage and version, which only ECS reads."""
    return _distinct(_SECRET, secrets)


def parameter_arns(secrets: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return the ARNs of SSM parameters."""
    return _distinct(_PARAMETER, secrets)


def validate_thresholds(thresholds: object) -> None:
    """Refuse unknown alarms, and thresholds that are not positive numbers."""
    for name, value in _pairs("alarm_thresholds", thresholds):
        if name not in ALARMS:
            raise ValueError(f"alarm_thresholds must name one of {', '.join(ALARMS)}; got {name!r}")
        # A number of targets may be 0: the alarm then reports the first unhealthy one.
        least = 0 if name == "unhealthy-targets" else 1 / 1000
        is_number = type(value) in {int, float} and isfinite(float(str(value)))
        if not (is_number and float(str(value)) >= least):
            raise ValueError(
                f"alarm_thresholds.{name} must be a number from {least} up, got {value!r}"
            )


def _pairs(option: str, table: object) -> tuple[tuple[str, object], ...]:
    # Only a table of an options file becomes a tuple, and its keys are text.
    if not isinstance(table, tuple):
        raise ValueError(  # noqa: TRY004 - an invalid option, as every other.
            f"{option} must be a table such as [{option}], got {table!r}"
        )
    return cast("tuple[tuple[str, object], ...]", table)


def _validate_variable(option: str, name: str) -> None:
    if not re.fullmatch(_VARIABLE, name):
        raise ValueError(
            f"{option} must name variables of letters, digits and underscores, got {name!r}"
        )
    if OWN_VARIABLES.fullmatch(name):
        raise ValueError(f"{option}.{name} is set by the template: use another name")


def _distinct(form: re.Pattern[str], secrets: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    found = (form.fullmatch(arn) for _, arn in secrets)
    return tuple(dict.fromkeys(match[1] for match in found if match))
