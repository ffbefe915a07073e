"""Asks IAM Access Analyzer to validate every policy of the stack."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from payment_templates.rollout import clients
from payment_templates.rollout.verification.finding import Finding, ask, decided, not_asked
from payment_templates.rollout.verification.policies import policy_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.existing_stacks import Member
    from payment_templates.rollout.verification.deployed_stack import DeployedStack
    from payment_templates.rollout.verification.policies import Policy

CHECK = "policies"
_ASSUMED = "no errors and no security warnings"
# The finding types that make a policy wrong; the others are advice:
# https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html
_FAULTS = frozenset({"ERROR", "SECURITY_WARNING"})
# Resource types with policies that this command does not read.
_UNREAD = frozenset(
    {"AWS::ECR::Repository", "AWS::Logs::ResourcePolicy", "AWS::SecretsManager::ResourcePolicy"}
)


def check_policies(deployed: DeployedStack) -> Iterator[Finding]:
    """Validate the policies of every role, key, topic, queue, bucket and vault."""
    sources = policy_sources()
    for member in deployed.members:
        asked = f"what is wrong with the policies of {member.logical_id}?"
        if member.resource_type in sources:
            yield from ask(CHECK, asked, _ASSUMED, partial(_validate_all, deployed, member))
        elif member.resource_type in _UNREAD:
            reason = f"this command reads no policies of {member.resource_type}"
            yield not_asked(check=CHECK, asked=asked, assumed=_ASSUMED, reason=reason)


def _validate_all(deployed: DeployedStack, member: Member) -> Iterator[Finding]:
    for policy in policy_sources()[member.resource_type](deployed, member):
        yield from ask(
            CHECK,
            _asked(policy),
            _ASSUMED,
            partial(_validate, deployed, policy),
        )


def _validate(deployed: DeployedStack, policy: Policy) -> Iterator[Finding]:
    client = clients.impatient(deployed.session, "accessanalyzer", deployed.region)
    arguments: dict[str, Any] = {
        "policyDocument": json.dumps(policy.document),
        "policyType": policy.policy_type,
    }
    if policy.resource_type:
        arguments["validatePolicyResourceType"] = policy.resource_type
    pages = client.get_paginator("validate_policy").paginate(**arguments)
    found: list[dict[str, Any]] = [one for page in pages for one in page["findings"]]
    faults = [one for one in found if one["findingType"] in _FAULTS]
    said = "; ".join(f"{one['issueCode']}: {one['findingDetails']}" for one in faults or found)
    yield decided(
        confirmed=not faults,
        check=CHECK,
        asked=_asked(policy),
        assumed=_ASSUMED,
        answer=(said if faults else f"only advice: {said}") if found else "no findings",
        remediation=str(faults[0].get("learnMoreLink", "")) if faults else "",
    )


def _asked(policy: Policy) -> str:
    return (
        f"what is wrong with the {policy.what}?"
        if "policy" in policy.what
        else (f"what is wrong with the policy {policy.what}?")
    )
