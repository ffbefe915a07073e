"""Checks that policies use wildcards only where AWS requires them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.permissions.arn_patterns import is_wide
from payment_templates.evidence.permissions.conditions import names_someone
from payment_templates.evidence.permissions.documents import statements_of
from payment_templates.facts.aws_policies import AWS_POLICY, NARROW_POLICIES, only_denies
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.permissions.policies import Statement
    from payment_templates.evidence.topology import Topology

# Actions that accept no resource other than *:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
_WITHOUT_RESOURCE = {"ecr:getauthorizationtoken"}
# Actions with which a service searches; the managed policies for it allow them on * too:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorECSAccess.html
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorNetworkAccess.html
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorRDSAccess.html
_SEARCHES = {
    "backup.amazonaws.com": {
        *("rds:describedbclusterautomatedbackups", "rds:describedbclusters"),
        *("rds:describedbclustersnapshots", "tag:getresources"),
    },
    "fis.amazonaws.com": {
        *("ec2:describemanagedprefixlists", "ec2:describenetworkacls", "ec2:describesubnets"),
        *("ec2:describevpcs", "ecs:listtasks", "rds:describedbclusters", "tag:getresources"),
    },
}
_ROLE = "AWS::IAM::Role"
# The conditions that let each action reach only the network ACLs that FIS itself creates and tags:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorNetworkAccess.html
_CREATED_BY_FIS = ("aws:requesttag/managedbyfis", "true")
_OWNED_BY_FIS = ("ec2:resourcetag/managedbyfis", "true")
_CONDITIONS_OF_FIS = {
    "ec2:createnetworkacl": {_CREATED_BY_FIS},
    "ec2:createnetworkaclentry": {_OWNED_BY_FIS},
    "ec2:createtags": {_CREATED_BY_FIS, ("ec2:createaction", "CreateNetworkAcl")},
    "ec2:deletenetworkacl": {_OWNED_BY_FIS},
    "ec2:deletenetworkaclentry": {_OWNED_BY_FIS},
    "ec2:replacenetworkaclassociation": {_OWNED_BY_FIS},
    "ec2:replacenetworkaclentry": {_OWNED_BY_FIS},
}
_NETWORK_ACL = ":network-acl/"
# It gives a subnet another network ACL, and needs permission for both: the subnets narrow it.
_REPLACE_ACL, _SUBNET = "ec2:replacenetworkaclassociation", ":subnet/"
# Narrows a pattern for every key to the keys with an alias; a key can have several, hence the set
# operator: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
_KEY_PATTERN, _BY_ALIAS = ":key/", ("ForAnyValue:StringEquals", "kms:resourcealiases")
# The property with the managed policies of each type of principal.
_ATTACHED = {
    "AWS::IAM::Group": "ManagedPolicyArns",
    "AWS::IAM::Role": "ManagedPolicyArns",
    "AWS::IAM::User": "ManagedPolicyArns",
    "AWS::SSO::PermissionSet": "ManagedPolicies",
}
# The property with the roles of each type of inline policy.
_POLICIES_OF_ROLES = {"AWS::IAM::Policy": "Roles", "AWS::IAM::RolePolicy": "RoleName"}
_TRUST = "AssumeRolePolicyDocument"
# The policy of an endpoint only limits what the other policies allow:
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_WILD = re.compile("[*?]")


@claim("Every wildcard in a policy has a documented reason", "Ideal response: least privilege")
def wildcards_have_a_reason(topology: Topology) -> Finding:
    """Check every policy statement and every attached managed policy for wildcards.

    A pattern is judged by what it matches: `secret:*-*` is every secret. In a key policy, a
    wildcard resource means only that key. A statement for any principal needs a condition that
    restricts it to certain principals; 0.0.0.0/0 or a principal tag do not. The policy of an
    endpoint grants nothing: there, certain resources are enough.
    """
    lines: list[str] = []
    elsewhere: list[str] = []
    for resource in topology.stack.resources.values():
        for arn in _managed(resource):
            aws_policy = AWS_POLICY.match(arn)
            name = arn[aws_policy.end() :] if aws_policy else ""
            if name and name not in NARROW_POLICIES and not only_denies(name):
                return broken(f"{resource.logical_id}: {arn} is wider than its purpose")
            lines.append(f"{resource.logical_id}: {arn}")
            # Policies of the stack are checked with their own resource.
            if arn.startswith("arn:") and not aws_policy:
                elsewhere.append(arn)
        searches = {
            action
            for service, actions in _SEARCHES.items()
            if _is_only_of(service, topology.stack, resource)
            for action in actions
        }
        for statement in statements_of(resource):
            is_key, is_limit = "KeyPolicy" in statement.place, resource.type == _ENDPOINT
            problems = _problems(statement, searches, is_key=is_key, is_limit=is_limit)
            if problem := next(problems, ""):
                return broken(f"{resource.logical_id}: {problem}", statement.place)
            lines.append(f"{statement.place}: {', '.join(statement.actions)}")
    if not lines:
        return absent("there is no policy")
    if elsewhere:
        names = ", ".join(dict.fromkeys(elsewhere))
        return conditional(
            f"if the wildcards of {names}, which is not in the template, have a reason", *lines
        )
    return kept(f"{quantity(len(lines), 'statement')}, no other wildcard", *lines)


def _managed(resource: StackResource) -> tuple[str, ...]:
    attached = _ATTACHED.get(resource.type)
    return resource.properties.texts(attached) if attached else ()


def _is_only_of(service: str, stack: Stack, resource: StackResource) -> bool:
    """Return whether only a service can assume the roles to which a resource gives permissions."""
    if resource.type == _ROLE:
        trusts = [it for it in statements_of(resource) if _TRUST in it.place and it.allows]
        return bool(trusts) and all(
            it.services == (service,) and not (it.accounts or it.anyone or it.but_principals)
            for it in trusts
        )
    if resource.type not in _POLICIES_OF_ROLES:
        return False
    fields = resource.properties
    roles = [stack.find(value, _ROLE) for value in fields.values(_POLICIES_OF_ROLES[resource.type])]
    others = fields.values("Users") or fields.values("Groups")
    return (
        bool(roles)
        and not others
        and all(role and _is_only_of(service, stack, role) for role in roles)
    )


def _problems(
    statement: Statement, searches: set[str], *, is_key: bool, is_limit: bool
) -> Iterator[str]:
    if not statement.allows:
        return
    if statement.but_principals or statement.but_actions or statement.but_resources:
        yield "it allows everything except what it lists"
    named = is_limit and not any(map(is_wide, statement.resources))
    if statement.anyone and not (named or any(map(names_someone, statement.conditions))):
        yield "it allows any principal"
    # The default key policy delegates all actions to the account's IAM policies:
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    is_default = is_key and bool(statement.accounts) and not statement.anyone
    for action in statement.actions:
        name = action.partition(":")[2]
        if not name.strip("*?") and not (is_default and action.lower() == "kms:*"):
            yield f"every action is allowed: {action}"
        if _WILD.search(action) and not is_key:
            yield f"{action} is more than one action"
    if is_key or is_limit:
        return
    without_resource = _WITHOUT_RESOURCE | searches
    actions = [each for each in statement.actions if each.lower() not in without_resource]
    for resource in statement.resources if actions else ():
        if is_wide(resource) and not _is_narrowed(statement, actions, resource):
            yield f"{', '.join(actions)} on {resource}"


def _is_narrowed(statement: Statement, actions: list[str], resource: str) -> bool:
    """Return whether conditions narrow a pattern: to keys with an alias, or to ACLs of FIS."""
    if _KEY_PATTERN in resource:
        aliases = [
            alias
            for each in statement.conditions
            if (each.operator, each.key) == _BY_ALIAS
            for alias in each.values
        ]
        return bool(aliases) and not any(map(_WILD.search, aliases))
    if _NETWORK_ACL not in resource:
        return False
    # One value each: of several, another one would be enough.
    given = {
        (each.key, each.values[0])
        for each in statement.conditions
        if each.operator == "StringEquals" and len(each.values) == 1
    }
    needed = [_CONDITIONS_OF_FIS.get(each.lower()) for each in actions]
    if all(conditions and conditions <= given for conditions in needed):
        return True
    subnets = [each for each in statement.resources if _SUBNET in each]
    only_replaces = {each.lower() for each in actions} == {_REPLACE_ACL}
    return only_replaces and bool(subnets) and not any(map(is_wide, subnets))
