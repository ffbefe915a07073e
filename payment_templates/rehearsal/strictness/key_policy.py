"""Rejects a key policy after which its caller could not change the policy any more.

The lockout safety check: botocore kms, CreateKey and PutKeyPolicy, Policy and
BypassPolicyLockoutSafetyCheck. Its wording:
github.com/aws-solutions/innovation-sandbox-on-aws/issues/31.
The caller is the root user of the account, as in every request to the embedded AWS.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from payment_templates.rehearsal import handler_request, ministack
from payment_templates.rehearsal.document import is_list, is_object
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.strictness.desired import Desired
from payment_templates.rehearsal.wire import ServiceError

_CODE = "MalformedPolicyDocumentException"
_LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."
# KMS has given no words for it (github.com/aws/aws-sdk-ruby/issues/1784): these are in botocore's
# kms, MalformedPolicyDocumentException.
_MALFORMED = "The specified policy is not syntactically or semantically correct."
# KMS gives no words for it in its documentation.
_NO_PRINCIPAL = "Each statement of a key policy must contain one or more principals."
_ACTION = "kms:PutKeyPolicy"
_TYPES = frozenset({"AWS::KMS::Key", "AWS::KMS::ReplicaKey"})
_BYPASS = "BypassPolicyLockoutSafetyCheck"
# Keys of conditions that are only in requests that a service makes to KMS.
_OF_SERVICES = (
    "kms:viaservice",
    "kms:encryptioncontext",
    "kms:grantisforawsresource",
    "aws:sourcearn",
    "aws:sourceaccount",
)


def install() -> None:
    """Reject them in KMS."""
    guard_operations("kms", {"CreateKey": _guard, "PutKeyPolicy": _guard, "ReplicateKey": _guard})


def check(desired: Desired) -> Iterator[str]:
    """Reject them in a template, whose keys ministack creates without calling KMS."""
    policy = desired.properties.get("KeyPolicy")
    unchanged = desired.before is not None and desired.before.get("KeyPolicy") == policy
    if desired.resource_type not in _TYPES or policy is None or unchanged:
        return
    problem = _problem(policy, desired.properties)
    if problem:
        yield str(
            handler_request.failure(
                f"{problem} (Service: Kms, Status Code: 400) (SDK Attempt Count: 1)",
                "InvalidRequest",
            )
        )


def _guard(request: dict[str, Any]) -> None:
    policy = request.get("Policy")
    problem = None if policy is None else _problem(policy, request)
    if problem:
        raise ServiceError(_CODE, problem)


def _problem(policy: object, given: Mapping[str, Any]) -> str | None:
    document = _read(policy)
    if not is_object(document):
        return _MALFORMED
    statements = _listed(document.get("Statement"))
    if not all(is_object(one) and is_object(one.get("Condition", {})) for one in statements):
        return _MALFORMED
    if any("Principal" not in one and "NotPrincipal" not in one for one in statements):
        return _NO_PRINCIPAL
    is_bypassed = str(given.get(_BYPASS, False)).lower() == "true"
    return None if is_bypassed or _is_changeable(statements) else _LOCKED_OUT


def _read(policy: object) -> object:
    if not isinstance(policy, str):
        return policy
    try:
        document: object = json.loads(policy)
    except ValueError:
        return None
    return document


def _is_changeable(statements: Sequence[Mapping[str, Any]]) -> bool:
    # A statement without resource or action has no effect.
    effective = [one for one in statements if "Resource" in one and _names_the_action(one)]
    allowing = [one for one in effective if one.get("Effect") == "Allow" and _can_apply(one)]
    denying = [one for one in effective if one.get("Effect") == "Deny" and "Condition" not in one]
    return any(map(_names_the_caller, allowing)) and not any(map(_names_the_caller, denying))


def _names_the_action(statement: Mapping[str, Any]) -> bool:
    if "NotAction" in statement:
        return not _matches(statement["NotAction"])
    return _matches(statement.get("Action"))


def _matches(actions: object) -> bool:
    return any(fnmatchcase(_ACTION.lower(), str(one).lower()) for one in _listed(actions))


def _can_apply(statement: Mapping[str, Any]) -> bool:
    """Return whether the conditions can hold; those that only AWS can decide are taken to."""
    conditions = [one for one in statement.get("Condition", {}).values() if is_object(one)]
    return not any(key.lower().startswith(_OF_SERVICES) for one in conditions for key in one)


def _names_the_caller(statement: Mapping[str, Any]) -> bool:
    if "NotPrincipal" in statement:
        return not _includes_root(statement["NotPrincipal"])
    return _includes_root(statement["Principal"])


def _includes_root(principal: object) -> bool:
    account = ministack.account()
    named = _listed(principal.get("AWS")) if is_object(principal) else _listed(principal)
    return any(one in {"*", account, f"arn:aws:iam::{account}:root"} for one in named)


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return [*value] if is_list(value) else [value]
