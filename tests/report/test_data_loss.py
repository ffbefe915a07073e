"""What the facts about data loss say of the types of the generated templates."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.facts.data_loss import LOSSES, is_recreated

if TYPE_CHECKING:
    from payment_templates.options import Options

# Each needs others, which the other profile has.
_REFUSED = {
    "standard": {"global_database", "region_alerts"},
    "production": {"automatic_minor_upgrades"},
}


def _everything(profile: str) -> Options:
    options = PROFILES[profile]
    switches = {
        field.name: True
        for field in fields(options)
        if isinstance(getattr(options, field.name), bool) and field.name not in _REFUSED[profile]
    }
    return replace(options, **switches, deletion_policy="Snapshot", vault_days=30, most_tasks=12)  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", PROFILES)
def test_loss_of_each_type_of_the_generator_is_known(profile: str) -> None:
    resources = build_template(_everything(profile)).to_dict()["Resources"]

    types = {it["Type"] for it in resources.values()}

    assert {it for it in types if not is_recreated(it)} <= LOSSES.keys()


@pytest.mark.parametrize(
    "resource_type",
    [
        "AWS::ApiGateway::BasePathMapping",
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::UsagePlanKey",
        "AWS::CloudFront::CachePolicy",
        "AWS::CloudFront::OriginAccessControl",
        "AWS::EC2::VPCCidrBlock",
        "AWS::EC2::VolumeAttachment",
        "AWS::EFS::MountTarget",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
        "AWS::SQS::QueuePolicy",
    ],
)
def test_nothing_is_lost_with_types_without_data(resource_type: str) -> None:
    assert is_recreated(resource_type)


@pytest.mark.parametrize(
    "resource_type",
    [
        # Its key is in no template.
        "AWS::ApiGateway::ApiKey",
        "AWS::Bedrock::AutomatedReasoningPolicy",
        "AWS::Lambda::EventSourceMapping",
        "AWS::SQS::Queue",
        "Custom::Deployment",
    ],
)
def test_other_types_may_hold_data(resource_type: str) -> None:
    assert not is_recreated(resource_type)
