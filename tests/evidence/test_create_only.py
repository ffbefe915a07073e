"""The table of create-only properties agrees with AWS's resource schemas."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.evidence.changes import CREATE_ONLY


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
