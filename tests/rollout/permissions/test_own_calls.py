"""Every call that the commands make is in the deployer's policy."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.client import BaseClient

from payment_templates.cloudformation import read_template
from payment_templates.rollout.permissions import (
    Place,
    Scope,
    calls_of_the_commands,
    policy_documents,
)
from payment_templates.rollout.stack_set.roles.roles_stack import STACK_NAME
from tests.rollout.pairs import SHARED, make_pair
from tests.rollout.running import EAST, SMALL, SUFFIX, WEST, Commands, changed

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCEPTED = {"switchover": [], "failover": ["--allow-data-loss"]}
_SOURCE = Path("payment_templates/rollout")
_EXPERIMENTS = Path(__file__).parents[1] / "templates" / "experiments.json"
_BUCKET: dict[str, Any] = {
    "Type": "AWS::S3::Bucket",
    "Properties": {"BucketName": "payment-records"},
}
_SLACK: dict[str, Any] = {"Type": "AWS::Chatbot::SlackChannelConfiguration", "Properties": {}}
_SERVICES = (
    *("accessanalyzer", "acm", "application-autoscaling", "chatbot", "cloudformation"),
    *("cloudwatch", "ec2"),
    *("ecr", "ecs", "elbv2", "events", "fis", "iam", "kms", "logs", "rds"),
    *("resourcegroupstaggingapi", "route53", "s3", "secretsmanager", "service-quotas", "sns"),
    *("sqs", "ssm", "sts", "wafv2"),
)
# Where the prefix of a service's actions is not its name in botocore: service authorization
# reference.
_PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}
# Where an action is not its operation: the operations' pages in the API reference of S3.
_ACTIONS = {
    "s3:DeleteObjects": "s3:DeleteObjectVersion",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}


def test_every_operation_in_the_source_is_allowed(tmp_path: Path) -> None:
    allowed = _allowed(SMALL, SHARED, _EXPERIMENTS, _with(tmp_path, _BUCKET, _SLACK))
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
    made = _record_calls(monkeypatch)
    commands.rollout("--region", EAST, preflight=True)
    commands.run("drift", "--region", EAST)
    commands.run("destroy", "--confirm", SUFFIX, "--region", EAST, "--delete-roles")
    commands.deploy(preflight=True)
    commands.run("status")
    commands.destroy()

    assert "cloudformation:CreateStackInstances" in made
    assert "cloudformation:ExecuteChangeSet" in made
    assert made - _allowed(SMALL) == set()


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:DeleteObjectVersion", "payment-records/*"),
        ("s3:DeleteBucket", "payment-records"),
        ("s3:GetBucketTagging", "payment-records"),
    ],
)
def test_only_the_buckets_of_the_template_may_be_emptied_and_deleted(
    tmp_path: Path, action: str, resource: str
) -> None:
    found = calls_of_the_commands(read_template(_with(tmp_path, _BUCKET)), Scope(suffix=SUFFIX))

    allowed = {
        arn
        for it in found.statements
        if action in it.actions
        for arn in it.resources
        # The buckets for large templates.
        if ":::payment-templates-" not in arn
    }
    assert allowed == {f"arn:${{Partition}}:s3:::{resource}"}


def test_roles_stack_may_be_read_but_not_changed() -> None:
    found = calls_of_the_commands(read_template(SMALL), Scope(suffix=SUFFIX))

    (one,) = [it for it in found.statements if any(STACK_NAME in arn for arn in it.resources)]
    assert {*one.actions} == {
        "cloudformation:DescribeStackResources",
        "cloudformation:GetTemplate",
    }
    assert {"cloudformation:DescribeStacks", "organizations:ListDelegatedAdministrators"} <= {
        action for it in found.statements if "*" in it.resources for action in it.actions
    }


@pytest.mark.parametrize("command", ["switchover", "failover"])
def test_every_call_of_a_move_is_allowed(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    pair = make_pair(commands.aws)
    made = _record_calls(monkeypatch)

    commands.run(command, "--to", WEST, "--yes", *_ACCEPTED[command])

    assert pair.writer() == WEST
    assert made - _allowed(SHARED) == set()


def test_moves_are_allowed_on_the_clusters_of_both_regions_alone() -> None:
    found = calls_of_the_commands(read_template(SHARED), Scope(suffix=SUFFIX))
    documents = policy_documents(found.statements, Place(region=EAST, account="123456789012"))
    (statement,) = [
        one
        for document in documents
        for one in document["Statement"]
        if "rds:FailoverGlobalCluster" in one["Action"]
    ]

    assert {*statement["Action"]} == {"rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"}
    assert {*statement["Resource"]} == {
        f"arn:aws:rds:*:123456789012:cluster:payment-aurora-cluster-{SUFFIX}-*",
        f"arn:aws:rds::123456789012:global-cluster:payment-global-{SUFFIX}",
    }


def test_template_without_a_global_database_needs_no_moves() -> None:
    assert "rds:FailoverGlobalCluster" not in _allowed(SMALL)


def test_experiments_are_started_only_where_the_template_has_some() -> None:
    start = "fis:StartExperiment"

    assert start not in _allowed(SMALL)
    found = calls_of_the_commands(read_template(_EXPERIMENTS), Scope(suffix=SUFFIX))
    (statement,) = [it for it in found.statements if start in it.actions]
    assert {it.rpartition(":")[2] for it in statement.resources} == {
        "experiment/*",
        "experiment-template/*",
    }


def test_slack_channels_are_described_only_where_the_template_has_some(tmp_path: Path) -> None:
    describe = "chatbot:DescribeSlackChannelConfigurations"

    assert describe not in _allowed(SMALL)
    assert describe in _allowed(_with(tmp_path, _SLACK))


def _record_calls(monkeypatch: pytest.MonkeyPatch) -> set[str]:
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
    return made


def _with(folder: Path, *resources: dict[str, Any]) -> Path:
    return changed(folder, {it["Type"].rpartition("::")[2]: it for it in resources})


def _allowed(*templates: Path) -> set[str]:
    return {
        action
        for template in templates or (SMALL, SHARED, _EXPERIMENTS)
        for one in calls_of_the_commands(read_template(template), Scope(suffix=SUFFIX)).statements
        for action in one.actions
    }


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
