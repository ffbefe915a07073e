"""What an update may replace agrees with AWS's resource schemas."""

from __future__ import annotations

import json

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.evidence import Verdict
from payment_templates.evidence.deployment.replacement import (
    parameters_behind,
)
from payment_templates.facts.create_only import CREATE_ONLY, MAYBE_CREATE_ONLY
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document, verdict_of

USER = "DatabaseCluster.Properties.MasterUsername"


@pytest.mark.parametrize("resource_type", CREATE_ONLY)
def test_table_has_every_create_only_property(resource_type: str) -> None:
    schema = resource_schema(resource_type)

    assert schema
    assert not schema.create_only - {*CREATE_ONLY[resource_type]}


@pytest.mark.parametrize("resource_type", CREATE_ONLY)
def test_table_has_no_property_that_never_replaces(resource_type: str) -> None:
    schema = resource_schema(resource_type)

    assert schema
    replacing = schema.create_only | schema.conditional_create_only
    assert not {*CREATE_ONLY[resource_type]} - replacing


@pytest.mark.parametrize("resource_type", CREATE_ONLY)
def test_table_has_every_property_that_may_replace(resource_type: str) -> None:
    schema = resource_schema(resource_type)

    assert schema
    surely, maybe = {*CREATE_ONLY[resource_type]}, {*MAYBE_CREATE_ONLY.get(resource_type, ())}
    assert surely | maybe == schema.create_only | schema.conditional_create_only
    assert not surely & maybe


def test_user_name_that_a_parameter_decides_is_a_condition() -> None:
    document = changed(
        real_document(),
        put("Parameters.User", {"Type": "String", "Default": "payment_admin"}),
        put(USER, {"Ref": "User"}),
    )

    template = parse_template(json.dumps(document), name="the template")

    assert parameters_behind(template, MAYBE_CREATE_ONLY)["User"] == (
        "DatabaseCluster.MasterUsername",
    )
    assert verdict_of("no-update-replaces-state", document) is Verdict.CONDITIONAL


def test_password_behind_a_parameter_without_known_values_is_a_condition() -> None:
    document = changed(
        real_document(),
        put("Parameters.Alphabet", {"Type": "String", "AllowedPattern": "[xyz]{7}"}),
        put("Parameters.Alphabet.Default", "xxxxxxx"),
        put(
            "DatabaseSecret.Properties.GenerateSecretString",
            {"ExcludeCharacters": {"Ref": "Alphabet"}},
        ),
    )

    verdict = verdict_of("changed-password-reaches-database", document)

    assert verdict is Verdict.CONDITIONAL


def test_secret_that_does_not_follow_the_password_is_a_condition() -> None:
    document = changed(
        real_document(),
        put("DatabaseCluster.Properties.MasterUserPassword", {"Ref": "DBMasterPassword"}),
        put("DatabaseSecret.Properties.Name", "payment-database"),
        put("DatabaseSecret.Properties.GenerateSecretString", {"Ref": "AWS::NoValue"}),
        put("DatabaseSecret.Properties.SecretString", '{"username":"u","password":"p"}'),
    )

    verdict = verdict_of("changed-password-reaches-database", document)

    assert verdict is Verdict.CONDITIONAL
