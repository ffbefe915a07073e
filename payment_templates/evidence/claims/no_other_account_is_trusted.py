"""Checks that no policy grants access to another AWS account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.conditions import names_someone
from payment_templates.evidence.permissions.documents import statements_of
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.permissions.policies import Condition, Statement
    from payment_templates.evidence.topology import Topology

_BUCKET_POLICY = "AWS::S3::BucketPolicy"
# The policy of an endpoint only limits what the other policies allow:
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_ACCOUNT = re.compile(r"\d{12}")
# The account of a role, user or other resource: arn:partition:iam::account:role/name.
_ACCOUNT_OF_ARN = re.compile(r"arn:[^:]+:[^:]*:[^:]*:(\d{12}):")
# Conditions that restrict a statement for any principal to certain accounts:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_BY_ACCOUNT = {
    *("aws:principalaccount", "aws:principalarn", "aws:arn", "kms:calleraccount"),
    *("aws:sourceaccount", "aws:sourceowner", "aws:sourcearn"),
}
_BY_ORGANIZATION = {"aws:principalorgid", "aws:principalorgpaths"}


@claim("No other account is trusted", "Ideal response: least privilege", "PCI DSS 7.2.1")
def no_other_account_is_trusted(topology: Topology) -> Finding:
    """Check that no policy in the template allows principals of another account.

    A statement for any principal needs a condition that names accounts, or an organization.
    A literal account ID counts as another account, because the template can be deployed in any
    account. In a bucket policy it may be an AWS account that delivers logs:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    lines: list[str] = []
    doubts: dict[str, None] = {}
    for resource, statement in _statements(topology):
        if open_to := "" if resource.type == _ENDPOINT else _open_to(statement):
            where = f"{resource.logical_id} trusts {open_to}"
            if not any(map(names_someone, statement.conditions)):
                return broken(where, statement.place, *lines)
            doubts[f"{where} of this account only"] = None
        for other in _others(statement):
            where = f"{resource.logical_id} trusts {other}"
            if resource.type != _BUCKET_POLICY:
                return broken(f"{where}, another account", statement.place, *lines)
            doubts[f"{other}, which {resource.logical_id} trusts, belongs to AWS"] = None
        for organization in _organizations(statement):
            doubts[f"every account of {organization} may use {resource.logical_id}"] = None
        lines.append(f"{statement.place}: only this account")
    if doubts:
        return conditional(f"if {', and '.join(doubts)}", *lines)
    if not lines:
        return absent("no policy names an account")
    return kept(
        f"{quantity(len(lines), 'statement allows', 'statements allow')} only this account", *lines
    )


def _statements(topology: Topology) -> Iterator[tuple[StackResource, Statement]]:
    """Yield the statements that allow something to accounts, each with its resource."""
    for resource in topology.stack.resources.values():
        for statement in statements_of(resource):
            if statement.allows and (statement.accounts or statement.anyone):
                yield resource, statement


def _open_to(statement: Statement) -> str:
    """Return what a statement trusts in every account, or ""."""
    if statement.but_principals:
        return f"every principal except {', '.join(statement.accounts)}"
    by_account = _BY_ACCOUNT | _BY_ORGANIZATION
    limited = any(each.key in by_account and names_someone(each) for each in statement.conditions)
    return "" if limited or not statement.anyone else "any principal"


def _others(statement: Statement) -> Iterator[str]:
    """Yield the principals of a statement that belong to another account."""
    for principal in statement.accounts:
        if _account_of(principal) not in {"", ACCOUNT}:
            yield principal
    if statement.anyone:
        for condition in statement.conditions:
            if condition.key in _BY_ACCOUNT and _lets_in(condition):
                yield from (each for each in condition.values if _is_other(each))


def _organizations(statement: Statement) -> Iterator[str]:
    if statement.anyone:
        for condition in statement.conditions:
            if condition.key in _BY_ORGANIZATION and _lets_in(condition):
                yield from condition.values


def _lets_in(condition: Condition) -> bool:
    return "Not" not in condition.operator and not condition.operator.startswith("Null")


def _is_other(value: str) -> bool:
    return _account_of(value) not in {"", ACCOUNT}


def _account_of(principal: str) -> str:
    """Return the account of a principal; empty for a resource of the stack, or for anyone."""
    if _ACCOUNT.fullmatch(principal):
        return principal
    found = _ACCOUNT_OF_ARN.match(principal)
    return found[1] if found else ""
