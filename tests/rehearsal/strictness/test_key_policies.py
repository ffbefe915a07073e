"""Key policies after which no one could change the policy any more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

_ROOT = {"AWS": "arn:aws:iam::ACCOUNT:root"}
_MALFORMED = "The specified policy is not syntactically or semantically correct."
_LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."


def statement(effect: str = "Allow", **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    standard = {"Effect": effect, "Principal": _ROOT, "Action": "kms:*", "Resource": "*"}
    given = {**standard, **changed}
    return {name: value for name, value in given.items() if value is not None}


_VIA_SERVICE = {"StringEquals": {"kms:ViaService": "rds.us-east-1.amazonaws.com"}}
_LOCKING = {
    "only another account": [statement(Principal={"AWS": "999999999999"})],
    "only a service": [statement(Principal={"Service": "logs.amazonaws.com"})],
    "only use of the key": [statement(Action=["kms:Encrypt", "kms:Decrypt"])],
    "only through a service": [statement(Condition=_VIA_SERVICE)],
    "without a resource": [statement(Resource=None)],
    "denied": [statement(), statement("Deny", Principal="*", Action="kms:Put*")],
    "denied to all but another": [
        statement(),
        statement("Deny", Principal=None, NotPrincipal={"AWS": "999999999999"}),
    ],
    "empty": [],
}
_OPEN = {
    "root": [statement()],
    "account": [statement(Principal={"AWS": ["ACCOUNT"]})],
    "everyone": [statement(Principal="*", Action=["kms:put*"])],
    "all but some actions": [statement(Action=None, NotAction="kms:ScheduleKeyDeletion")],
    "denied under a condition": [
        statement(),
        statement("Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}),
    ],
    "only deletion denied": [statement(), statement("Deny", Action="kms:ScheduleKeyDeletion")],
}


def policy(aws: EmbeddedAws, statements: list[dict[str, Any]]) -> str:
    document = {"Version": "2012-10-17", "Statement": statements}
    return json.dumps(document).replace("ACCOUNT", aws.account)


@pytest.mark.parametrize("statements", _LOCKING.values(), ids=_LOCKING.keys())
def test_policy_that_locks_out_is_refused(
    aws: EmbeddedAws, statements: list[dict[str, Any]]
) -> None:
    kms = aws.client("kms", EAST)

    with pytest.raises(kms.exceptions.MalformedPolicyDocumentException, match=_LOCKED_OUT):
        kms.create_key(Policy=policy(aws, statements))

    assert kms.list_keys()["Keys"] == []


@pytest.mark.parametrize("statements", _OPEN.values(), ids=_OPEN.keys())
def test_policy_that_can_be_changed_is_accepted(
    aws: EmbeddedAws, statements: list[dict[str, Any]]
) -> None:
    kms = aws.client("kms", EAST)

    kms.create_key(Policy=policy(aws, statements))

    assert len(kms.list_keys()["Keys"]) == 1


def test_policy_of_an_existing_key_keeps_it_manageable(aws: EmbeddedAws) -> None:
    kms = aws.client("kms", EAST)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    before = kms.get_key_policy(KeyId=key)["Policy"]

    with pytest.raises(kms.exceptions.MalformedPolicyDocumentException, match=_LOCKED_OUT):
        kms.put_key_policy(KeyId=key, Policy=policy(aws, _LOCKING["only a service"]))

    assert kms.get_key_policy(KeyId=key)["Policy"] == before


def test_statement_needs_a_principal(aws: EmbeddedAws) -> None:
    kms = aws.client("kms", EAST)

    with pytest.raises(kms.exceptions.MalformedPolicyDocumentException, match="principals"):
        kms.create_key(Policy=policy(aws, [statement(), statement(Principal=None)]))


@pytest.mark.parametrize("bypassed", [False, True])
@pytest.mark.parametrize(
    "written",
    [
        "{",
        "not a policy",
        "null",
        "[]",
        '{"Statement": ["kms:*"]}',
        '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Condition": "no"}}',
    ],
)
def test_policy_that_is_none_is_refused(aws: EmbeddedAws, written: str, *, bypassed: bool) -> None:
    kms = aws.client("kms", EAST)

    with pytest.raises(kms.exceptions.MalformedPolicyDocumentException, match=_MALFORMED):
        kms.create_key(Policy=written, BypassPolicyLockoutSafetyCheck=bypassed)

    assert kms.list_keys()["Keys"] == []


def test_check_can_be_bypassed(aws: EmbeddedAws) -> None:
    kms = aws.client("kms", EAST)

    kms.create_key(
        Policy=policy(aws, _LOCKING["only a service"]), BypassPolicyLockoutSafetyCheck=True
    )

    assert len(kms.list_keys()["Keys"]) == 1


def test_stack_whose_key_locks_out_is_rolled_back(aws: EmbeddedAws) -> None:
    locking = json.loads(policy(aws, _LOCKING["only use of the key"]))

    outcome = stacks.create(aws, stacks.resource("AWS::KMS::Key", KeyPolicy=locking))

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert outcome.failures["It"].startswith(f'Resource handler returned message: "{_LOCKED_OUT}')
    assert "HandlerErrorCode: InvalidRequest" in outcome.failures["It"]


def test_stack_whose_key_policy_is_none_is_rolled_back(aws: EmbeddedAws) -> None:
    outcome = stacks.create(aws, stacks.resource("AWS::KMS::Key", KeyPolicy="{"))

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert outcome.failures["It"].startswith(f'Resource handler returned message: "{_MALFORMED}')


def test_update_that_locks_out_is_rolled_back(aws: EmbeddedAws) -> None:
    open_policy = json.loads(policy(aws, _OPEN["root"]))
    locking = json.loads(policy(aws, _LOCKING["denied"]))
    stacks.create(aws, stacks.resource("AWS::KMS::Key", KeyPolicy=open_policy))

    outcome = stacks.update(aws, stacks.resource("AWS::KMS::Key", KeyPolicy=locking))

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert _LOCKED_OUT in outcome.failures["It"]
