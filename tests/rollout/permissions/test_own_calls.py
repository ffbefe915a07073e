"""Every call that the commands make is in the deployer's policy."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.client import BaseClient

from payment_templates.rollout.permissions import Scope, calls_of_the_commands
from payment_templates.rollout.stack_set.roles.roles_stack import STACK_NAME
from payment_templates.rollout.templates import load_template
from tests.rollout.running import EAST, SMALL, SUFFIX, Commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_SOURCE = Path("payment_templates/rollout")
_SERVICES = (
    *("acm", "cloudformation", "cloudwatch", "ec2", "ecs", "elbv2", "events", "iam", "kms"),
    *("logs", "rds", "resourcegroupstaggingapi", "route53", "s3", "secretsmanager"),
    *("service-quotas", "sns", "ssm", "sts"),
)
# Where the prefix of a service's actions is not its name in botocore: service authorization
# reference.
_PREFIXES = {
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}
# Where an action is not its operation: the operations' pages in the API reference of S3.
_ACTIONS = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}


def test_every_operation_in_the_source_is_allowed() -> None:
    allowed = _allowed()
    operations = _operations()

    missing = {
        name: operations[name]
        for path in _SOURCE.rglob("*.py")
        for name in _names_in(path)
        # Services share some names: one of them is meant.
        if name in operations and not operations[name] & allowed
    }

    assert missing == {}


def test_every_call_of_the_commands_is_allowed(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: set[str] = set()
    # The stub omits it, and there is no public hook for every call.
    untyped: Any = BaseClient
    call = untyped._make_api_call  # noqa: SLF001 - see above.

    def record(client: Any, operation: str, arguments: object) -> object:  # noqa: ANN401 - botocore's.
        service = client.meta.service_model.service_name
        action = f"{_PREFIXES.get(service, service)}:{operation}"
        made.add(_ACTIONS.get(action, action))
        return call(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)
    commands.rollout("--region", EAST, preflight=True)
    commands.run("drift", "--region", EAST)
    commands.run("destroy", "--confirm", SUFFIX, "--region", EAST, "--delete-roles")
    commands.deploy(preflight=True)
    commands.run("status")
    commands.destroy()

    assert "cloudformation:CreateStackInstances" in made
    assert "cloudformation:ExecuteChangeSet" in made
    assert made - _allowed() == set()


def test_roles_stack_may_be_read_but_not_changed() -> None:
    found = calls_of_the_commands(load_template(SMALL), Scope(suffix=SUFFIX))

    (one,) = [it for it in found.statements if any(STACK_NAME in arn for arn in it.resources)]
    assert {*one.actions} == {
        "cloudformation:DescribeStackResources",
        "cloudformation:GetTemplate",
    }
    assert {"cloudformation:DescribeStacks", "organizations:ListDelegatedAdministrators"} <= {
        action for it in found.statements if "*" in it.resources for action in it.actions
    }


def _allowed() -> set[str]:
    found = calls_of_the_commands(load_template(SMALL), Scope(suffix=SUFFIX))
    return {action for one in found.statements for action in one.actions}


def _operations() -> dict[str, set[str]]:
    session: Any = botocore.session.get_session()
    found: dict[str, set[str]] = {}
    for service in _SERVICES:
        for operation in session.get_service_model(service).operation_names:
            action = f"{_PREFIXES.get(service, service)}:{operation}"
            found.setdefault(xform_name(operation), set()).add(_ACTIONS.get(action, action))
    return found


def _names_in(path: Path) -> Iterator[str]:
    """Yield the names of called methods, and texts, which name operations in tables."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
