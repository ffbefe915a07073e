"""Asks IAM's policy simulator what the stack's roles may do, and what they must not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from payment_templates.rollout import clients
from payment_templates.rollout.verification.finding import Finding, ask, decided, not_asked
from payment_templates.rollout.verification.policies import ROLE, identity_policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_iam.type_defs import ContextEntryTypeDef, EvaluationResultTypeDef

    from payment_templates.rollout.verification.deployed_stack import DeployedStack

CHECK = "roles"
_ALLOWED, _DENIED = "allowed", "denied"
# A resource that does not exist: the simulator does not look for it.
_ANY_NAME = "example"
_ANY_KEY = "00000000-0000-0000-0000-000000000000"
_KEY = "AWS::KMS::Key"
# Condition operators that hold with the first value of the policy, and the type of that value.
_TYPES = {
    "ArnEquals": "string",
    "ArnLike": "string",
    "Bool": "boolean",
    "ForAnyValue:StringEquals": "stringList",
    "StringEquals": "string",
    "StringLike": "string",
}


@dataclass(frozen=True, kw_only=True)
class _Question:
    actions: Sequence[str]
    resource: str
    context: Sequence[ContextEntryTypeDef] = ()
    # Why no value makes the condition of the statement true; empty if one does.
    unclear: str = ""
    allowed: bool = True


def check_roles(deployed: DeployedStack) -> Iterator[Finding]:
    """Ask for everything that the policies of each role allow, and for what none may allow."""
    for member in deployed.of_type(ROLE):
        role = member.physical_id
        asked = f"what may {role} do?"
        yield from ask(CHECK, asked, "what its policies say", partial(_of_role, deployed, role))


def _of_role(deployed: DeployedStack, role: str) -> Iterator[Finding]:
    iam = clients.iam(deployed.session, deployed.region)
    # With its path, which the name does not show.
    arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    for question in (*_granted(deployed, role), *_forbidden(deployed, arn)):
        wanted = _ALLOWED if question.allowed else _DENIED
        yield from ask(
            CHECK,
            _asked(role, question.actions, question.resource),
            wanted,
            partial(_results, deployed, role, arn, question),
        )


def _granted(deployed: DeployedStack, role: str) -> Iterator[_Question]:
    for policy in identity_policies(deployed, role):
        for statement in _listed(policy.document.get("Statement")):
            # A statement with NotAction or NotResource lists nothing to ask for.
            actions = [it for it in _texts(statement.get("Action")) if "*" not in it]
            if statement.get("Effect") != "Allow" or not actions:
                continue
            tests = _tests(statement.get("Condition"))
            unclear = ", ".join(sorted({*tests} - {*_TYPES}))
            for resource in _texts(statement.get("Resource")):
                yield _Question(
                    actions=actions,
                    resource=_example(resource),
                    context=[] if unclear else [*_context(deployed, tests)],
                    unclear=unclear and f"no example is known for the condition {unclear}",
                )


def _forbidden(deployed: DeployedStack, role_arn: str) -> Iterator[_Question]:
    """Yield what would turn one compromised task into a compromised account.

    Each action is asked on ARNs of a resource type that it has, as policies name them: with "*" as
    resource, the simulator denies what a policy allows on `arn:aws:iam::*:role/*`.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
    """
    account = f"arn:{deployed.partition}:iam::{deployed.account}"
    here = f"{deployed.region}:{deployed.account}"
    secret = f"arn:{deployed.partition}:secretsmanager:{here}:secret:of-another-stack-AbCdEf"
    keys = f"arn:{deployed.partition}:kms:{here}:key"
    own_keys = [f"{keys}/{one.physical_id}" for one in deployed.of_type(_KEY)]
    for action, resources in (
        ("secretsmanager:GetSecretValue", [secret]),
        ("iam:CreateAccessKey", [f"{account}:user/{_ANY_NAME}"]),
        ("iam:PutRolePolicy", [role_arn, f"{account}:role/{_ANY_NAME}"]),
        ("kms:ScheduleKeyDeletion", [*own_keys, f"{keys}/{_ANY_KEY}"]),
    ):
        for resource in resources:
            yield _Question(actions=[action], resource=resource, allowed=False)


def _results(
    deployed: DeployedStack, role: str, arn: str, question: _Question
) -> Iterator[Finding]:
    if question.unclear:
        yield not_asked(
            check=CHECK,
            asked=_asked(role, question.actions, question.resource),
            assumed=_ALLOWED,
            reason=question.unclear,
        )
        return
    pages = (
        clients.iam(deployed.session, deployed.region)
        .get_paginator("simulate_principal_policy")
        .paginate(
            PolicySourceArn=arn,
            ActionNames=[*question.actions],
            ResourceArns=[question.resource],
            ContextEntries=[*question.context],
        )
    )
    for page in pages:
        for result in page.get("EvaluationResults", ()):
            yield _finding(role, question, result)


def _finding(role: str, question: _Question, result: EvaluationResultTypeDef) -> Finding:
    decision, action = result["EvalDecision"], result["EvalActionName"]
    asked = _asked(role, [action], question.resource)
    missing = _missing_keys(result)
    if question.allowed and decision != _ALLOWED and missing:
        return not_asked(
            check=CHECK,
            asked=asked,
            assumed=_ALLOWED,
            reason=f"{decision}, but only a real request has {', '.join(sorted(missing))}",
        )
    return decided(
        confirmed=(decision == _ALLOWED) is question.allowed,
        check=CHECK,
        asked=asked,
        assumed=_ALLOWED if question.allowed else _DENIED,
        answer=decision,
        remediation="look for a permissions boundary, a service control policy, or a policy that "
        "was changed by hand",
    )


def _missing_keys(result: EvaluationResultTypeDef) -> set[str]:
    found = {*result.get("MissingContextValues", ())}
    for one in result.get("ResourceSpecificResults", ()):
        found.update(one.get("MissingContextValues", ()))
    return found


def _asked(role: str, actions: Sequence[str], resource: str) -> str:
    return f"may {role} call {', '.join(actions)} on {resource}?"


def _example(resource: str) -> str:
    return resource if resource == "*" else resource.replace("*", _ANY_NAME)


def _tests(condition: object) -> Mapping[str, Mapping[str, Any]]:
    return cast("Any", condition) if isinstance(condition, dict) else {}


def _context(
    deployed: DeployedStack, tests: Mapping[str, Mapping[str, Any]]
) -> Iterator[ContextEntryTypeDef]:
    """Yield a value for each condition key with which the condition holds."""
    for operator, keys in tests.items():
        for key, values in keys.items():
            # As in "secretsmanager.*" of kms:ViaService.
            texts = [it.replace("*", f"{deployed.region}.amazonaws.com") for it in _texts(values)]
            yield {
                "ContextKeyName": key,
                "ContextKeyValues": texts[:1],
                "ContextKeyType": cast("Any", _TYPES[operator]),
            }


def _listed(value: object) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", one) for one in _entries(value) if isinstance(one, dict)]


def _texts(value: object) -> list[str]:
    return [one for one in _entries(value) if isinstance(one, str)]


def _entries(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]
