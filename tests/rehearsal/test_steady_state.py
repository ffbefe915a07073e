"""Services of several stacks that do not become stable at the same time."""

from __future__ import annotations

from typing import Any, cast

import pytest

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.corrections.steady_state import MISSING_TAG, FailedServices

_PLACES = [
    ("111111111111", "us-east-1", "payment"),
    ("111111111111", "us-east-1", "other"),
    ("111111111111", "us-west-2", "payment"),
    ("222222222222", "us-east-1", "payment"),
]


def test_failed_service_of_another_stack_has_another_id(monkeypatch: pytest.MonkeyPatch) -> None:
    services = FailedServices(health=cast("Any", None))
    shown: dict[tuple[str, str, str], str] = {}
    acting: list[str] = []

    def call(_service: str, _operation: str, /, **_given: object) -> dict[str, Any]:
        return {"taskDefinition": {"containerDefinitions": [{"image": f"nginx{MISSING_TAG}"}]}}

    def create(_logical_id: str, _given: object, stack: str) -> tuple[str, dict[str, str]]:
        arn = f"arn:aws:ecs:{ministack.region()}:{acting[-1]}:service/cluster/{stack}"
        return arn, {}

    def add_event(_stack_id: str, stack: str, *_: object, physical_id: str = "") -> None:
        shown[acting[-1], ministack.region(), stack] = physical_id

    monkeypatch.setattr(account, "call", call)
    monkeypatch.setattr(ministack, "account", lambda: acting[-1])

    # All of them fail, before CloudFormation records the first event.
    for owner, region, stack in _PLACES:
        acting.append(owner)
        with ministack.in_region(region), pytest.raises(RuntimeError):
            services.create(create)("Service", {"TaskDefinition": "one"}, stack)
    for owner, region, stack in _PLACES:
        acting.append(owner)
        with ministack.in_region(region):
            services.add_event(add_event)(
                "id", stack, "Service", "AWS::ECS::Service", "CREATE_FAILED"
            )

    assert shown == {
        (owner, region, stack): f"arn:aws:ecs:{region}:{owner}:service/cluster/{stack}"
        for owner, region, stack in _PLACES
    }
