"""A secret is hidden in a property that AWS never shows, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.evidence.changes import Json

CLAIM = "secrets-not-in-clear"

# A type of resource, and properties that receive a secret and never show it.
TAKEN: dict[str, tuple[str, Callable[[object], Json]]] = {
    "a user of a broker": (
        "AWS::AmazonMQ::Broker",
        lambda it: {"Users": [{"Username": "a", "Password": it}]},
    ),
    "an endpoint of DMS": ("AWS::DMS::Endpoint", lambda it: {"Password": it}),
    "an engine of an endpoint": (
        "AWS::DMS::Endpoint",
        lambda it: {"MongoDbSettings": {"Password": it}},
    ),
    "a directory": ("AWS::DirectoryService::MicrosoftAD", lambda it: {"Password": it}),
    "a user of a cache": ("AWS::ElastiCache::User", lambda it: {"Passwords": [it]}),
    "a user of the console": ("AWS::IAM::User", lambda it: {"LoginProfile": {"Password": it}}),
}


@pytest.mark.parametrize("value", [{"Ref": "DBMasterPassword"}, "{{resolve:secretsmanager:a}}"])
@pytest.mark.parametrize("title", TAKEN)
def test_a_property_that_aws_never_shows_may_take_a_secret(title: str, value: object) -> None:
    kind, properties = TAKEN[title]

    document = changed(
        real_document(), put("Taker", {"Type": kind, "Properties": properties(value)})
    )

    assert verdict_of(CLAIM, document) is Verdict.KEPT


@pytest.mark.parametrize("title", TAKEN)
def test_a_property_that_aws_never_shows_must_not_have_its_secret_in_the_template(
    title: str,
) -> None:
    kind, properties = TAKEN[title]

    document = changed(
        real_document(), put("Taker", {"Type": kind, "Properties": properties("hunter2hunter2")})
    )

    assert verdict_of(CLAIM, document) is Verdict.BROKEN


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (
            "AWS::EC2::VPNConnection",
            {"VpnTunnelOptionsSpecifications": [{"PreSharedKey": {"Ref": "DBMasterPassword"}}]},
        ),
        (
            "AWS::EC2::VPNConnection",
            {"VpnTunnelOptionsSpecifications": [{"PreSharedKey": "hunter2hunter2"}]},
        ),
        ("AWS::EC2::Instance", {"UserData": "{{resolve:secretsmanager:a}}"}),
        ("AWS::SSM::Parameter", {"Name": "Password", "Value": "{{resolve:secretsmanager:a}}"}),
        (
            "AWS::Lambda::Function",
            {"Environment": {"Variables": {"Password": {"Ref": "DBMasterPassword"}}}},
        ),
        (
            "AWS::Glue::Connection",
            {
                "ConnectionInput": {
                    "ConnectionProperties": {"PASSWORD": "{{resolve:secretsmanager:a}}"}
                }
            },
        ),
    ],
)
def test_a_property_that_aws_shows_must_not_take_a_secret(kind: str, properties: Json) -> None:
    document = changed(real_document(), put("Taker", {"Type": kind, "Properties": properties}))

    assert verdict_of(CLAIM, document) is Verdict.BROKEN
