"""Emulates IAM Access Analyzer's ValidatePolicy, with a few of its checks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from payment_templates.rehearsal.document import is_list
from payment_templates.rehearsal.services import add_rest_service

SERVICE = "accessanalyzer"
_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks"
_RESOURCE_POLICY = "RESOURCE_POLICY"


def install() -> None:
    """Serve ValidatePolicy."""
    add_rest_service(SERVICE, {"ValidatePolicy": _validate})


def _validate(request: dict[str, Any]) -> Mapping[str, Any]:
    try:
        document = json.loads(request["policyDocument"])
    except ValueError as error:
        return {"findings": [_finding("ERROR", "JSON_SYNTAX_ERROR", str(error))]}
    return {"findings": [*_faults(document, request["policyType"])]}


def _faults(document: dict[str, Any], policy_type: str) -> Iterator[dict[str, Any]]:
    if "Version" not in document:
        yield _finding("WARNING", "MISSING_VERSION", "Add the Version element.")
    statements: Any = document.get("Statement", [])
    for statement in statements if is_list(statements) else [statements]:
        if "Effect" not in statement:
            yield _finding("ERROR", "MISSING_EFFECT", "Add the Effect element.")
        principal = "Principal" in statement or "NotPrincipal" in statement
        if policy_type == _RESOURCE_POLICY and not principal:
            yield _finding("ERROR", "MISSING_PRINCIPAL", "Add a Principal element.")
        if "iam:PassRole" in _listed(statement, "Action") and "*" in _listed(statement, "Resource"):
            yield _finding(
                "SECURITY_WARNING",
                "PASS_ROLE_WITH_STAR_IN_RESOURCE",
                "Using iam:PassRole with a wildcard resource can be overly permissive.",
            )


def _listed(statement: Mapping[str, Any], name: str) -> list[str]:
    value: Any = statement.get(name, [])
    return value if is_list(value) else [value]


def _finding(kind: str, code: str, details: str) -> dict[str, Any]:
    return {
        "findingType": kind,
        "issueCode": code,
        "findingDetails": details,
        "learnMoreLink": f"{_PAGE}.html",
        "locations": [],
    }
