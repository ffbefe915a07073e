"""Checks that IAM policies for database logins use the database's resource ID."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.documents import statements_of
from payment_templates.evidence.permissions.policies import is_action, is_like
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_ACTION = "rds-db:connect"
_KIND = "dbuser:"
# arn:partition:rds-db:region:account:dbuser:resource-id/user
_ARN_PARTS = 6
# The attribute with the resource ID of each type, and the property that turns IAM logins on. A
# proxy has no such attribute: its ID is the end of its ARN.
_RESOURCE_IDS = {
    "AWS::RDS::DBCluster": ("DBClusterResourceId", "EnableIAMDatabaseAuthentication"),
    "AWS::RDS::DBInstance": ("DbiResourceId", "EnableIAMDatabaseAuthentication"),
}
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")
# botocore rds, DBCluster.DbClusterResourceId: "the AWS Region-unique, immutable identifier".
_RESOURCE_ID = re.compile(r"(cluster|db|prx)-[A-Z0-9*?]+")


@claim("Every IAM database login names the database by its resource ID", "Requirement 1")
def iam_logins_name_their_database(topology: Topology) -> Finding:
    """Check that each resource of rds-db:connect is a database with IAM authentication enabled.

    The ARN must contain the resource ID, such as cluster-ABCDEFGHIJKL01234, not the identifier that
    the template chooses:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
    """
    lines: list[str] = []
    doubts: list[str] = []
    for logical_id, pattern in _patterns(topology.stack):
        name = f"{logical_id}: {pattern}"
        if problem := _problem(topology.stack, pattern):
            return broken(f"{name} {problem}", *lines)
        if not _REFERENCE.search(pattern):
            doubts.append(f"{pattern} is the resource ID of a database with IAM authentication")
        lines.append(name)
    if not lines:
        return not_applicable("no policy allows IAM database logins")
    if doubts:
        return conditional(f"if {', and '.join(dict.fromkeys(doubts))}", *lines)
    return kept(f"{quantity(len(lines), 'login')} by resource ID", *lines)


def _patterns(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield the logical ID of each policy that allows logins, and each resource it covers."""
    for resource in stack.resources.values():
        yield from resource.derived(_patterns_in)


def _patterns_in(resource: StackResource) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for statement in statements_of(resource):
        if not statement.allows or statement.but_actions or statement.but_resources:
            continue
        # wildcards_have_a_reason checks statements on every action.
        if any(is_action(each, _ACTION) for each in statement.actions if each != "*"):
            found += ((resource.logical_id, each) for each in statement.resources)
    return tuple(found)


def _problem(stack: Stack, pattern: str) -> str:
    """Return why a pattern matches no user of a database with IAM authentication, or ""."""
    parts = pattern.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return "" if "*" in pattern else "is not an rds-db ARN"
    _, partition, service, region, account, resource = parts
    expected = {"rds-db": service, stack.partition: partition, stack.region: region}
    for value, given in {**expected, ACCOUNT: account}.items():
        if not is_like(given, value):
            return f"has {given or 'nothing'} where {value} is expected"
    if not resource.startswith(_KIND):
        return "" if "*" in resource else "does not have the form dbuser:ID/user"
    identifier, slash, user = resource.removeprefix(_KIND).partition("/")
    if not slash or not user:
        return "names no user"
    return _identifier_problem(stack, identifier) or _user_problem(stack, identifier, user)


def _user_problem(stack: Stack, identifier: str, user: str) -> str:
    """Return why a pattern of users matches more than an application should be, or ""."""
    reference = _REFERENCE.fullmatch(identifier)
    database = stack.resources.get(reference[1]) if reference else None
    master = database.properties.text("MasterUsername") if database else ""
    return "matches the master user too" if master and is_like(user, master) else ""


def _identifier_problem(stack: Stack, identifier: str) -> str:
    reference = _REFERENCE.fullmatch(identifier)
    resource = stack.resources.get(reference[1]) if reference else None
    if reference and resource and resource.type in _RESOURCE_IDS:
        attribute, switch = _RESOURCE_IDS[resource.type]
        if reference[2] != attribute:
            return f"names {identifier}, not its resource ID {attribute}: it matches no database"
        if not resource.properties.flag(switch):
            return f"has no effect: IAM logins to {resource.logical_id} are off ({switch})"
        return ""
    if reference or _RESOURCE_ID.fullmatch(identifier) or not identifier.strip("*?"):
        return ""
    return f"names {identifier}, which is not a resource ID: it matches no database"
