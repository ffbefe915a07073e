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

ASKED = re.compile(r'"([a-z0-9-]+)",\s*"([a-z]+_[a-z_]+)"')
# boto3 has its own name for this service.
IAM_PREFIXES = {"elbv2": "elasticloadbalancing"}


def test_policy_grants_nothing_but_looking() -> None:
    changing = [
        action
        for action in policy.actions()
        if not re.fullmatch(r"[a-z0-9-]+:(Describe|Get|List)[A-Za-z]+", action)
    ]

    assert changing == []


def test_policy_shows_no_secret() -> None:
    actions = policy.actions()

    assert "secretsmanager:GetSecretValue" not in actions


def test_policy_grants_exactly_what_the_tests_ask() -> None:
    asked = set(asked_in_the_tests())

    assert policy.actions() == asked


def test_call_outside_the_policy_is_stopped_before_it_is_sent() -> None:
    # No one is asked with these credentials: that is the point.
    services = Services.of(boto3.Session("none", "none", region_name="us-east-1"))

    with pytest.raises(OutsidePolicyError, match=r"^s3:ListBuckets is not granted by policy\.json"):
        services.ask("s3", "list_buckets")


def asked_in_the_tests() -> Iterator[str]:
    granted = {action.split(":")[0] for action in policy.actions()}
    for file in Path(__file__).parent.glob("*.py"):
        for service, method in ASKED.findall(file.read_text()):
            prefix = IAM_PREFIXES.get(service, service)
            if prefix in granted:
                yield f"{prefix}:{operations(service)[method]}"


@cache
def operations(service: str) -> dict[str, str]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name): name for name in model.operation_names}
