"""Decides whether the pattern of a resource can match any resource of its service."""

from __future__ import annotations

import re

# arn:partition:service:region:account:resource
_ARN_PARTS = 6
_WILD = re.compile(r"[*?]")
# A complete name without the six random characters at the end of a secret's ARN:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
_WITH_SUFFIX = re.compile(r".*-[A-Za-z0-9]{6}")
# Actions on parameters; ssm:DescribeParameters takes only *.
_ON_PARAMETERS = ("ssm:getparameter", "ssm:putparameter", "ssm:deleteparameter")
_ON_OBJECTS = ("s3:getobject", "s3:putobject", "s3:deleteobject")


def never_matches(pattern: str, actions: tuple[str, ...]) -> str:
    """Return why a pattern matches no resource of the actions, or ""."""
    parts = pattern.split(":", _ARN_PARTS - 1)
    if parts[0] != "arn" or len(parts) < _ARN_PARTS or _WILD.search(parts[2]):
        return ""
    service, resource = parts[2], parts[-1]
    on = [action.lower() for action in actions]
    if service == "ssm":
        return _parameter_problem(pattern, resource, on)
    if service == "secretsmanager":
        return _secret_problem(pattern, resource)
    # An access point is also a resource of S3: it has a region.
    is_bucket = service == "s3" and not parts[3] and "/" not in resource
    if is_bucket and not _WILD.search(resource) and _are_all(on, _ON_OBJECTS):
        return f"{pattern} is a bucket, not its objects: {pattern}/*"
    return ""


def _parameter_problem(pattern: str, resource: str, actions: list[str]) -> str:
    if resource.startswith("parameter") and "//" in resource:
        return f"{pattern} has a slash too many: no parameter has that ARN"
    kind = resource.partition("/")[0]
    # A wildcard or a reference may be the kind.
    is_open = _WILD.search(kind) or "${" in kind
    if kind != "parameter" and not is_open and _are_all(actions, _ON_PARAMETERS):
        return f"{pattern} is no parameter: its ARN needs parameter/ before the name"
    return ""


def _secret_problem(pattern: str, resource: str) -> str:
    kind, _, name = resource.partition(":")
    is_open = _WILD.search(name) or name.endswith("}") or _WITH_SUFFIX.fullmatch(name)
    if kind == "secret" and name and not is_open:
        return f"{pattern} lacks the six random characters of a secret: add -??????"
    return ""


def _are_all(actions: list[str], starts: tuple[str, ...]) -> bool:
    return bool(actions) and all(action.startswith(starts) for action in actions)
