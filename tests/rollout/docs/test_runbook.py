"""Every command of the runbook exists, with its options; test_runbook_run runs them."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from payment_templates.cli import main
from tests.rollout.runbook import PAGE, blocks, words_of

_SECTIONS = (
    *("A task", "A zone", "The writer", "A region", "A bad deployment", "A certificate"),
    *("A leaked password", "A restore to a point in time", "A failed failover"),
)
_LABELS = ("You learn of it", "By itself", "Commands", "How long", "Back to normal")
# Variables that the reader sets, and a value of the right form for each.
VALUES = {
    "SUFFIX": "prod-001",
    "HOME_REGION": "us-east-1",
    "OTHER_REGION": "us-west-2",
    "REGION": "us-east-1",
    "CLUSTER": "payment-aurora-cluster-prod-001-us-east-1",
    "TEMPLATE": "output/TapStack.production.json",
    "IMAGE": "registry.example.com/pay:1",
    "SNAPSHOT": "rds:unplanned-global-failover-payment",
    "ACCOUNT": "123456789012",
    "TIME": "2026-01-01T00:00:00Z",
    "VERSION": "15.18",
    "KEY": "arn:aws:kms:us-east-1:123456789012:key/1",
    "SUBNET_GROUP": "payment-database-prod-001",
    "SECURITY_GROUP": "sg-1",
    "PARAMETER_GROUP": "payment-parameters",
    "LOAD_BALANCER_ARN": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/p/1",
    "ZONE_ID": "use1-az1",
    "HEALTH_CHECK_ID": "abcdef11-2222-3333-4444-555555fedcba",
    "DB_MASTER_PASSWORD": "NewPassword1",
    "CERTIFICATE_ARN": "arn:aws:acm:us-east-1:123456789012:certificate/1",
}
_COMMANDS = [command for block in blocks() for command in block.commands]
# Options of every AWS CLI command.
_GLOBAL = {"query", "region", "output"}


@pytest.mark.parametrize("command", _COMMANDS, ids=lambda command: command[:60])
def test_command_exists_with_its_options(command: str) -> None:
    program, *words = words_of(command, VALUES)

    {"payment-stack": _parse_own, "aws": _parse_aws, "export": _parse_export}[program](words)


@pytest.mark.parametrize("section", _SECTIONS)
def test_section_answers_every_question(section: str) -> None:
    text = re.split(rf"^## {section}$", PAGE.read_text(), flags=re.MULTILINE)[1].split("\n## ")[0]

    assert [label for label in _LABELS if f"**{label}**" not in text] == []


def test_blocks_that_run_have_different_names() -> None:
    names = [block.name for block in blocks() if block.name]

    assert len(names) == len({*names})


@pytest.mark.parametrize(
    "wrong",
    [
        "payment-stack switchover --suffix a --target us-west-2",
        "payment-stack failover --suffix a",
        "payment-stack move --suffix a",
        "aws rds switch-global-cluster --global-cluster-identifier a",
        "aws rds describe-db-clusters --cluster a",
        "aws rds delete-db-cluster --skip-final-snapshot",
        "rm -rf /",
    ],
)
def test_wrong_command_is_found(wrong: str) -> None:
    with pytest.raises(BaseException):  # noqa: B017, PT011 - each kind has its own error
        test_command_exists_with_its_options(wrong)


def _parse_own(words: list[str]) -> None:
    name, *arguments = words
    # Raises click's error, or ends, for an option that does not exist.
    main.commands[name].make_context(name, arguments)


def _parse_aws(words: list[str]) -> None:
    service, operation, *rest = words
    session: Any = botocore.session.get_session()
    model = session.get_service_model(service)
    operations = {xform_name(one, "-"): one for one in model.operation_names}
    shape = model.operation_model(operations[operation]).input_shape
    members = {xform_name(one, "-"): one for one in shape.members}
    given = {word.removeprefix("--") for word in rest if word.startswith("--")} - _GLOBAL
    named = {one if one in members else one.removeprefix("no-") for one in given}
    assert named <= {*members}
    assert {*shape.required_members} <= {members[one] for one in named}


def _parse_export(words: list[str]) -> None:
    assert all(re.fullmatch(r"[A-Z_]+=\S+", word) for word in words)
