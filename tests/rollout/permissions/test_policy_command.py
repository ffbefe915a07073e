"""The policy command: what it prints, and that IAM accepts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from payment_templates.cli import main
from tests.rollout.permissions.policy_grammar import require_policy
from tests.rollout.running import EAST, SMALL, changed

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

_PAYMENT = Path("output/TapStack.json")
_PURPOSES = ("deployer", "service-role", "stack-set-execution")
_ROLE_ARN = "arn:aws:iam::123456789012:role/deployment/cloudformation"


def _run(*arguments: str, template: Path = _PAYMENT) -> Result:
    return CliRunner().invoke(main, ["policy", str(template), *arguments])


@pytest.mark.parametrize("purpose", _PURPOSES)
@pytest.mark.parametrize("narrow", [(), ("--suffix", "dev-001", "--region", EAST)])
def test_every_line_is_a_policy_within_the_limit(purpose: str, narrow: tuple[str, ...]) -> None:
    # Imported here: loading moto takes time in each worker.
    from moto.iam.policy_validation import IAMPolicyDocumentValidator  # noqa: PLC0415

    result = _run("--for", purpose, *narrow)

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    for line in lines:
        require_policy(line)
        # moto has the checks of IAM's CreatePolicy, found by trying.
        IAMPolicyDocumentValidator(line).validate()
    assert f"{len(lines)} policies, one on each line" in result.stderr


def test_embedded_aws_accepts_the_policies(aws: EmbeddedAws) -> None:
    iam = aws.client("iam", EAST)

    for number, line in enumerate(_run("--suffix", "dev-001").stdout.splitlines()):
        iam.create_policy(PolicyName=f"payment-deployer-{number}", PolicyDocument=line)

    assert len(iam.list_policies(Scope="Local")["Policies"]) > 1


def test_one_part_can_be_piped() -> None:
    whole = _run().stdout.splitlines()

    assert _run("--part", "2").stdout.splitlines() == [whole[1]]


def test_small_template_needs_one_service_role_policy() -> None:
    result = _run("--for", "service-role", template=SMALL)

    assert len(result.stdout.splitlines()) == 1
    assert "policies" not in result.stderr


def test_type_without_permissions_in_its_schema_is_named(tmp_path: Path) -> None:
    template = changed(
        tmp_path,
        {"Legacy": {"Type": "AWS::DAX::Cluster"}, "Own": {"Type": "Custom::Thing"}},
    )

    result = _run(template=template)

    assert result.exit_code == 0, result.output
    assert "AWS names no permissions for AWS::DAX::Cluster" in result.stderr
    assert "AWS names no permissions for Custom::Thing" in result.stderr


def test_deployer_with_a_service_role_may_pass_it_and_create_nothing() -> None:
    result = _run("--role-arn", _ROLE_ARN)

    policies = [*map(json.loads, result.stdout.splitlines())]
    (passing,) = [
        it for policy in policies for it in policy["Statement"] if it["Resource"] == _ROLE_ARN
    ]
    assert passing["Action"] == ["iam:PassRole"]
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": ["cloudformation.amazonaws.com"]}
    }
    assert "rds:CreateDBCluster" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--for", "service-role", "--role-arn", _ROLE_ARN), "--role-arn has no meaning"),
        (("--role-arn", "cloudformation"), "invalid --role-arn 'cloudformation'"),
        (("--account", "12"), "invalid --account '12'"),
        (("--region", "Virginia"), "unknown region 'Virginia'"),
        (("--suffix", "Dev"), "invalid --suffix 'Dev'"),
        (("--bucket", "A"), "invalid --bucket 'A'"),
        (("--part", "9"), "invalid --part 9"),
    ],
    ids=["purpose", "role", "account", "region", "suffix", "bucket", "part"],
)
def test_wrong_use(arguments: tuple[str, ...], says: str) -> None:
    result = _run(*arguments)

    assert result.exit_code == 2
    assert f"error: {says}" in result.stderr
    assert result.stdout == ""


def test_role_without_a_name_is_refused(tmp_path: Path) -> None:
    unnamed = changed(tmp_path, {"Person": {"Type": "AWS::IAM::Role", "Properties": {}}})

    result = _run(template=unnamed)

    assert result.exit_code == 2
    assert "Person has no RoleName with a fixed prefix" in result.stderr
