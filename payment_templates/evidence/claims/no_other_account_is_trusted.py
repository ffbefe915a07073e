"""Checks that no policy grants access to another AWS account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.account_grants import further_statements, grants_of
from payment_templates.evidence.permissions.conditions import names_someone
from payment_templates.evidence.permissions.documents import statements_of
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.permissions.account_grants import Grant
    from payment_templates.evidence.permissions.policies import Condition, Statement
    from payment_templates.evidence.topology import Topology

_BUCKET_POLICY = "AWS::S3::BucketPolicy"
# The policy of an endpoint only limits what the other policies allow, and that of an API who may
# call what is open without one:
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
_LIMITED = {"AWS::ApiGateway::RestApi", "AWS::EC2::VPCEndpoint"}
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


@dataclass(frozen=True, kw_only=True)
class _Trust:
    """What a statement or grant trusts: why it is broken, or what must hold so that it is not."""

    place: str
    problem: str = ""
    doubts: tuple[str, ...] = ()


@claim("No other account is trusted", "Ideal response: least privilege", "PCI DSS 7.2.1")
def no_other_account_is_trusted(topology: Topology) -> Finding:
    """Check that no policy or permission in the template allows principals of another account.

    A statement for any principal needs a condition that names accounts, or an organization.
    A literal account ID counts as another account, because the template can be deployed in any
    account. In a bucket policy it may be an AWS account that delivers logs:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    lines: list[str] = []
    doubts: dict[str, None] = {}
    for trust in _trusts(topology):
        if trust.problem:
            return broken(trust.problem, trust.place, *lines)
        doubts |= dict.fromkeys(trust.doubts)
        lines.append(f"{trust.place}: only this account")
    if doubts:
        return conditional(f"if {', and '.join(doubts)}", *lines)
    if not lines:
        return absent("no policy names an account")
    return kept(
        f"{quantity(len(lines), 'statement allows', 'statements allow')} only this account", *lines
    )


def _trusts(topology: Topology) -> Iterator[_Trust]:
    """Yield what each statement and grant for accounts trusts."""
    for resource in topology.stack.resources.values():
        for statement in (*statements_of(resource), *further_statements(resource)):
            named = statement.accounts or statement.anyone or statement.federated
            if statement.allows and named:
                yield _of_statement(resource, statement)
        for grant in grants_of(resource):
            if grant.principal == "*" or _account_of(grant.principal):
                yield _of_grant(resource.logical_id, grant)


def _of_statement(resource: StackResource, statement: Statement) -> _Trust:
    name = resource.logical_id
    doubts: list[str] = []
    if open_to := "" if resource.type in _LIMITED else _open_to(statement):
        where = f"{name} trusts {open_to}"
        if not any(map(names_someone, statement.conditions)):
            return _Trust(place=statement.place, problem=where)
        doubts.append(f"{where} of this account only")
    for other in _others(statement):
        if resource.type != _BUCKET_POLICY:
            where = f"{name} trusts {other}, another account"
            return _Trust(place=statement.place, problem=where)
        doubts.append(f"{other}, which {name} trusts, belongs to AWS")
    doubts += [f"every account of {it} may use {name}" for it in _organizations(statement)]
    doubts += [
        f"only own users log in with {it}, which {name} trusts" for it in statement.federated
    ]
    return _Trust(place=statement.place, doubts=tuple(doubts))


def _of_grant(name: str, grant: Grant) -> _Trust:
    problem = doubt = ""
    if grant.principal != "*":
        if _is_other(grant.principal) and grant.is_offer:
            doubt = f"{grant.principal}, to which {name} gives access, has this account's owner"
        elif _is_other(grant.principal):
            problem = f"{name} trusts {grant.principal}, another account"
    elif grant.organization:
        doubt = f"every account of {grant.organization} may use {name}"
    elif grant.has_source:
        doubt = f"{name} trusts any principal of this account only"
    else:
        problem = f"{name} trusts any principal"
    return _Trust(place=grant.place, problem=problem, doubts=(doubt,) if doubt else ())


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
