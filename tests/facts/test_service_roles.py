"""The properties that name a service's role are in AWS's schemas, and take a role."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.property_values import takes
from payment_templates.facts.service_roles import SERVICE_ROLES, ServiceRole


@pytest.mark.parametrize("use", SERVICE_ROLES, ids=lambda use: use.resource_type)
def test_property_is_in_schema(use: ServiceRole) -> None:
    schema = resource_schema(use.resource_type)

    assert schema
    assert schema.definition(use.property.replace(".", "/"))


@pytest.mark.parametrize("use", SERVICE_ROLES, ids=lambda use: use.resource_type)
def test_property_takes_a_role(use: ServiceRole) -> None:
    found = takes(use.resource_type, use.property)

    assert found
    assert not found.types or found.types == ("AWS::IAM::Role",)
