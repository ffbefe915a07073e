"""Preflight asks the policy simulator; its answers in AWS's format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from payment_templates.cloudformation import read_template, template_of
from payment_templates.rollout import clients
from payment_templates.rollout.permissions import Scope, calls_of_the_commands
from payment_templates.rollout.preflight import Finding, Verdict, run_check
from payment_templates.rollout.preflight.permissions import check_permissions, principal_of
from tests.rollout.running import EAST, SMALL, SUFFIX, Commands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.cloudformation import Template

_ACCOUNT = "123456789012"
_USER = f"arn:aws:iam::{_ACCOUNT}:user/deployer"
_SERVICE_ROLE = f"arn:aws:iam::{_ACCOUNT}:role/cloudformation"
_SESSION = f"arn:aws:sts::{_ACCOUNT}:assumed-role/Deployer/someone@example.com"
_ROLE = f"arn:aws:iam::{_ACCOUNT}:role/aws-reserved/sso.amazonaws.com/Deployer"


class _Simulator:
    """Answers like IAM: what is not denied is allowed."""

    def __init__(self, denied: Mapping[str, tuple[str, ...]], *, refuses: str = "") -> None:
        self.denied = denied
        self.refuses = refuses
        self.asked: dict[str, set[str]] = {}

    def get_paginator(self, name: str) -> _Simulator:
        assert name == "simulate_principal_policy"
        return self

    def paginate(self, **arguments: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - botocore's.
        if self.refuses in ("simulation", arguments["PolicySourceArn"]):
            raise _denied("SimulatePrincipalPolicy")
        actions = arguments["ActionNames"]
        self.asked.setdefault(arguments["PolicySourceArn"], set()).update(actions)
        return [{"EvaluationResults": [self._result(action) for action in actions]}]

    def get_role(self, RoleName: str) -> dict[str, Any]:  # noqa: N803 - IAM's own.
        if self.refuses == "role":
            raise _denied("GetRole")
        assert RoleName == "Deployer"
        return {"Role": {"Arn": _ROLE}}

    def _result(self, action: str) -> dict[str, Any]:
        missing = [*self.denied.get(action, ())]
        return {
            "EvalActionName": action,
            "EvalDecision": "implicitDeny" if action in self.denied else "allowed",
            "ResourceSpecificResults": [{"MissingContextValues": missing}],
        }


def _denied(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, operation)


def _check(
    monkeypatch: pytest.MonkeyPatch,
    simulator: _Simulator,
    *,
    caller: str = _USER,
    role_arn: str = "",
    stack_sets: bool = False,
    kept_roles: Sequence[str] = ("",),
    template: Template | None = None,
) -> list[Finding]:
    def client(*_: object) -> _Simulator:
        return simulator

    monkeypatch.setattr(clients, "iam", client)
    return [
        *run_check(
            "everywhere",
            "permissions",
            lambda: check_permissions(
                boto3.Session(),
                template or read_template(SMALL),
                Scope(suffix=SUFFIX, role_arn=role_arn),
                caller=caller,
                region=EAST,
                account=_ACCOUNT,
                stack_sets=stack_sets,
                kept_roles=kept_roles,
            ),
        )
    ]


def test_caller_with_all_permissions_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = _Simulator({})

    (finding,) = _check(monkeypatch, simulator)

    assert finding.verdict is Verdict.FINE
    assert {"cloudformation:CreateChangeSet", "logs:CreateLogGroup"} <= simulator.asked[_USER]


@pytest.mark.parametrize("action", ["cloudformation:ExecuteChangeSet", "logs:CreateLogGroup"])
def test_missing_permission_that_every_deployment_needs_is_refused(
    monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    (finding,) = _check(monkeypatch, _Simulator({action: ()}))

    assert finding.verdict is Verdict.REFUSED
    assert f"{_USER} may not {action}" in finding.what


def test_missing_permission_of_an_optional_property_is_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (finding,) = _check(monkeypatch, _Simulator({"logs:PutBearerTokenAuthentication": ()}))

    assert finding.verdict is Verdict.WARNING
    assert "logs:PutBearerTokenAuthentication" in finding.what


def test_condition_that_only_a_request_decides_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = _Simulator({"logs:CreateLogGroup": ("aws:RequestTag/team",)})

    (finding,) = _check(monkeypatch, simulator)

    assert finding.verdict is Verdict.UNKNOWN
    assert "depends on aws:RequestTag/team" in finding.what


def test_simulation_that_is_not_allowed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = _check(monkeypatch, _Simulator({}, refuses="simulation"))

    assert finding.verdict is Verdict.UNKNOWN
    assert "SimulatePrincipalPolicy returns AccessDenied" in finding.what


def test_every_principal_is_asked_after_a_denial(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _check(monkeypatch, _Simulator({}, refuses=_USER), role_arn=_SERVICE_ROLE)

    assert first.what == f"permissions of {_USER}: SimulatePrincipalPolicy returns AccessDenied"
    assert second.verdict is Verdict.FINE


def test_actions_of_a_wildcard_are_asked_for_and_reported_as_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = {"Resources": {"Group": {"Type": "AWS::AutoScaling::AutoScalingGroup"}}}
    simulator = _Simulator({"ec2:describevpcs": (), "ec2:describesubnets": ()})

    (finding,) = _check(monkeypatch, simulator, template=template_of(document, name="other"))

    assert not [action for action in simulator.asked[_USER] if "*" in action]
    assert f"{_USER} may not ec2:Describe*, which may be needed" in finding.what


def test_service_role_is_asked_for_the_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = _Simulator({})

    findings = _check(monkeypatch, simulator, role_arn=_SERVICE_ROLE)

    assert [one.verdict for one in findings] == [Verdict.FINE, Verdict.FINE]
    assert "logs:CreateLogGroup" in simulator.asked[_SERVICE_ROLE]
    assert "logs:CreateLogGroup" not in simulator.asked[_USER]
    assert "iam:PassRole" in simulator.asked[_USER]


def test_caller_of_a_rollout_is_not_asked_for_the_resources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulator = _Simulator({"cloudformation:CreateStackSet": ()})

    (finding,) = _check(monkeypatch, simulator, stack_sets=True)

    assert finding.verdict is Verdict.REFUSED
    assert "logs:CreateLogGroup" not in simulator.asked[_USER]


def test_session_is_checked_as_its_role(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = _Simulator({})

    _check(monkeypatch, simulator, caller=_SESSION)

    assert simulator.asked.keys() == {_ROLE}


def test_role_that_cannot_be_read_is_taken_to_have_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = _Simulator({}, refuses="role")

    _check(monkeypatch, simulator, caller=_SESSION)

    assert simulator.asked.keys() == {f"arn:aws:iam::{_ACCOUNT}:role/Deployer"}


def test_federated_user_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = f"arn:aws:sts::{_ACCOUNT}:federated-user/someone"

    (finding,) = _check(monkeypatch, _Simulator({}), caller=arn)

    assert finding.verdict is Verdict.UNKNOWN
    assert principal_of(boto3.Session(), EAST, arn) == ""


def test_role_that_a_stack_has_changes_the_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    role = f"arn:aws:iam::{_ACCOUNT}:role/deployer"
    simulator = _Simulator({})

    _check(monkeypatch, simulator, kept_roles=[role])

    assert "logs:CreateLogGroup" in simulator.asked[role]
    assert not {"logs:CreateLogGroup", "iam:PassRole"} & {*simulator.asked[_USER]}


def test_caller_is_asked_too_where_a_region_has_no_role(monkeypatch: pytest.MonkeyPatch) -> None:
    role = f"arn:aws:iam::{_ACCOUNT}:role/deployer"
    simulator = _Simulator({})

    _check(monkeypatch, simulator, kept_roles=[role, ""])

    assert "logs:CreateLogGroup" in simulator.asked[role]
    assert "logs:CreateLogGroup" in simulator.asked[_USER]


def test_given_roles_of_a_stack_set_are_passed() -> None:
    administrator = f"arn:aws:iam::{_ACCOUNT}:role/administrator"
    scope = Scope(
        suffix=SUFFIX, administration_role_arn=administrator, execution_role_name="executor"
    )

    statements = calls_of_the_commands(read_template(SMALL), scope, stack_sets=True).statements

    passed = {name for one in statements if "iam:PassRole" in one.actions for name in one.resources}
    read = {name for one in statements if "iam:GetRole" in one.actions for name in one.resources}
    assert administrator in passed
    assert {administrator, "arn:${Partition}:iam::${Account}:role/executor"} <= read
    assert not any("AWSCloudFormationStackSet" in name for name in passed | read)


def test_root_is_not_asked(commands: Commands) -> None:
    document = commands.document("preflight", "--region", EAST, "--without-roles")

    (finding,) = [one for one in document["findings"] if "permissions" in one["what"]]
    assert finding["verdict"] == "fine"
    assert ":root" in finding["what"]


def test_simulator_of_the_embedded_aws_names_what_a_user_lacks(
    commands: Commands,
) -> None:
    commands.aws.client("iam", EAST).create_user(UserName="deployer")
    user = f"arn:aws:iam::{commands.aws.account}:user/deployer"
    template = read_template(SMALL)
    session = boto3.Session()

    findings = [
        *check_permissions(
            session,
            template,
            Scope(suffix=SUFFIX),
            caller=user,
            region=EAST,
            account=commands.aws.account,
            stack_sets=False,
        )
    ]

    assert [one.verdict for one in findings] == [Verdict.REFUSED, Verdict.WARNING]
    assert "cloudformation:CreateChangeSet" in findings[0].what
