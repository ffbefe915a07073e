"""The names that a template may choose, compared with AWS's resource schemas."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.custom_names import (
    CUSTOM_NAMES,
    NAME_SCOPES,
    ONCE_IN_REGION,
    SAME_NAMES,
    SHARED_BY_REGIONS,
)


@pytest.mark.parametrize(("resource_type", "name"), CUSTOM_NAMES.items())
def test_name_is_a_text_that_the_template_sets(resource_type: str, name: str) -> None:
    schema = resource_schema(resource_type)

    assert schema is not None
    assert schema.definition(name)["type"] == "string"
    assert name not in schema.read_only


@pytest.mark.parametrize("resource_type", sorted(ONCE_IN_REGION))
def test_type_that_exists_once_is_one_of_aws(resource_type: str) -> None:
    assert resource_schema(resource_type) is not None


def test_shared_names_can_be_chosen() -> None:
    assert set(CUSTOM_NAMES) >= SHARED_BY_REGIONS


@pytest.mark.parametrize(("resource_type", "scope"), NAME_SCOPES.items())
def test_scope_of_a_name_is_a_property(resource_type: str, scope: tuple[str, str]) -> None:
    schema = resource_schema(resource_type)

    assert schema is not None
    assert scope[0] in schema.properties


def test_types_with_the_same_names_have_names() -> None:
    assert {kind for kinds in SAME_NAMES for kind in kinds} <= CUSTOM_NAMES.keys()
