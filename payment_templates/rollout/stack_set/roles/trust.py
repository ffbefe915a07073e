"""Checks whom the roles of StackSets trust.

In a region that is disabled by default, CloudFormation assumes the administration role as a
principal of that region:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from payment_templates.rollout import clients
from payment_templates.rollout.stack_set.chosen_roles import ADMINISTRATION, ChosenRoles
from payment_templates.rollout.stack_set.roles.roles_stack import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from boto3 import Session

_REGIONAL = "cloudformation."
# DescribeRegions, OptInStatus of the regions that are enabled by default.
_BY_DEFAULT = "opt-in-not-required"
# A principal that was deleted: "IAM identifiers", unique identifiers.
_DELETED = re.compile(r"(AROA|AIDA)[A-Z0-9]+")
_DEFAULT_ROLES = ChosenRoles()


@dataclass(frozen=True, kw_only=True)
class MissingTrust:
    """A principal that a role must trust and does not."""

    role: str
    principal: str
    # The trust policy with every principal that the role lacks.
    policy: Mapping[str, Any]

    @property
    def what(self) -> str:
        """What is wrong."""
        return f"the role {self.role} does not trust {self.principal}"

    @property
    def remediation(self) -> str:
        """How the owner of the role adds the principal."""
        document = shlex.quote(json.dumps(self.policy, separators=(",", ":")))
        return (
            f"add {self.principal} to its trust policy: aws iam update-assume-role-policy "
            f"--role-name {self.role} --policy-document {document}"
        )


def regional_principals(session: Session, regions: Sequence[str]) -> tuple[str, ...]:
    """Return the principals of CloudFormation in those regions that are disabled by default."""
    return _regional_principals(session, tuple(regions))


# Plan, check and change of one command ask for the same: no region becomes one of the others.
@cache
def _regional_principals(session: Session, regions: tuple[str, ...]) -> tuple[str, ...]:
    shown = clients.ec2(session, regions[0]).describe_regions(
        RegionNames=[*regions], AllRegions=True
    )["Regions"]
    opt_in = {
        one.get("RegionName", "")
        for one in shown
        if one.get("OptInStatus", _BY_DEFAULT) != _BY_DEFAULT
    }
    return tuple(f"{_REGIONAL}{region}.amazonaws.com" for region in sorted(opt_in))


def trusted_regional_principals(session: Session, region: str) -> tuple[str, ...]:
    """Return the regional principals that the administration role trusts; it must exist."""
    trusted = _trusted(_trust_policy(session, region, ADMINISTRATION))
    return tuple(sorted(name for name in trusted if name.startswith(_REGIONAL) and name != SERVICE))


def missing_trust(
    session: Session,
    regions: Sequence[str],
    *,
    account: str,
    chosen: ChosenRoles = _DEFAULT_ROLES,
) -> tuple[MissingTrust, ...]:
    """Return what the roles of this account lack for these regions; roles that exist only."""
    home = regions[0]
    administration, execution = chosen.names
    return (
        *_missing(
            session,
            home,
            administration,
            [{name} for name in (SERVICE, *regional_principals(session, regions))],
        ),
        *_missing(session, home, execution, [_administrators(session, home, account, chosen)]),
    )


def _missing(
    session: Session, region: str, role: str, needed: Sequence[set[str]]
) -> Iterator[MissingTrust]:
    client = clients.iam(session, region)
    try:
        policy = _trust_policy(session, region, role)
    except client.exceptions.NoSuchEntityException:
        # Reported as a missing role.
        return
    trusted = _trusted(policy)
    lacking = [max(one, key=len) for one in needed if not trusted & (one | {"*"})]
    extended = _extended(policy, lacking)
    for principal in lacking:
        yield MissingTrust(role=role, principal=principal, policy=extended)


def _administrators(session: Session, region: str, account: str, chosen: ChosenRoles) -> set[str]:
    partition = session.get_partition_for_region(region)
    arn = f"arn:{partition}:iam::{account}"
    role = chosen.administration_role_arn or f"{arn}:role/{ADMINISTRATION}"
    return {account, f"{arn}:root", role}


def _trust_policy(session: Session, region: str, role: str) -> Mapping[str, Any]:
    shown = clients.iam(session, region).get_role(RoleName=role)["Role"]
    # botocore decodes the document, contrary to the stub.
    document: Any = shown.get("AssumeRolePolicyDocument", {})
    return cast("Mapping[str, Any]", document)


def _trusted(policy: Mapping[str, Any]) -> set[str]:
    return {
        principal
        for statement in _listed(policy.get("Statement", []))
        if statement.get("Effect") == "Allow"
        for principal in _principals(statement.get("Principal", {}))
    }


def _extended(policy: Mapping[str, Any], principals: Sequence[str]) -> Mapping[str, Any]:
    # A statement for CloudFormation keeps its conditions for the principals of more regions.
    statements = [*_without_deleted(_listed(policy.get("Statement", [])))]
    services = [name for name in principals if name.startswith(_REGIONAL)]
    for one in statements:
        if services and one.get("Effect") == "Allow" and SERVICE in _principals(one["Principal"]):
            names = _listed(one["Principal"]["Service"])
            one["Principal"] = {**one["Principal"], "Service": [*names, *services]}
            services = []
    new = {"Service": services, "AWS": [one for one in principals if ":" in one]}
    statements += [
        {"Effect": "Allow", "Principal": {kind: names}, "Action": "sts:AssumeRole"}
        for kind, names in new.items()
        if names
    ]
    return {"Version": "2012-10-17", **policy, "Statement": statements}


def _without_deleted(statements: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the statements without the IDs of deleted roles and users, which IAM rejects.

    https://repost.aws/knowledge-center/iam-trust-policy-error
    """
    for one in statements:
        principal = one.get("Principal", {})
        if isinstance(principal, str) or "AWS" not in principal:
            yield dict(one)
            continue
        names = [name for name in _listed(principal["AWS"]) if not _DELETED.fullmatch(str(name))]
        others = {kind: known for kind, known in principal.items() if kind != "AWS"}
        if names or others:
            yield {**one, "Principal": {**others, **({"AWS": names} if names else {})}}


def _principals(principal: str | Mapping[str, Any]) -> Iterator[str]:
    if isinstance(principal, str):
        yield principal
        return
    for names in principal.values():
        yield from _listed(names)


def _listed(value: Any) -> Sequence[Any]:  # noqa: ANN401 - JSON of a policy
    # A policy may have one entry instead of a list.
    return value if type(value) in {list, tuple} else [value]
