from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore.session
import pytest
from botocore import xform_name

from tests.integration import policy
from tests.integration.policy import OutsidePolicyError
from tests.integration.services import Services

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL = re.compile(r'"([a-z0-9-]+)",\s*"([a-z]+_[a-z_]+)"')
# boto3's name of this service differs from IAM's.
IAM_PREFIXES = {"elbv2": "elasticloadbalancing"}


def test_policy_grants_only_read_actions() -> None:
    changing = [
        action
        for action in policy.actions()
        if not re.fullmatch(r"[a-z0-9-]+:(Describe|Get|List)[A-Za-z]+", action)
    ]

    assert changing == []


def test_policy_cannot_read_secrets() -> None:
    actions = policy.actions()

    assert "secretsmanager:GetSecretValue" not in actions


def test_policy_grants_exactly_the_calls_of_the_tests() -> None:
    called = set(actions_of_the_tests())

    assert policy.actions() == called


def test_call_outside_the_policy_is_rejected_before_it_is_sent() -> None:
    # These credentials are never used.
    services = Services.of(boto3.Session("none", "none", region_name="us-east-1"))

    with pytest.raises(OutsidePolicyError, match=r"^s3:ListBuckets is not granted by policy\.json"):
        services.ask("s3", "list_buckets")


def actions_of_the_tests() -> Iterator[str]:
    granted = {action.split(":")[0] for action in policy.actions()}
    for file in Path(__file__).parent.glob("*.py"):
        for service, method in CALL.findall(file.read_text()):
            prefix = IAM_PREFIXES.get(service, service)
            if prefix in granted:
                yield f"{prefix}:{operations(service)[method]}"


@cache
def operations(service: str) -> dict[str, str]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name): name for name in model.operation_names}
