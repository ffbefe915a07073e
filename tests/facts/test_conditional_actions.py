"""The actions of the table are in the schema of their type, and its properties too."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.conditional_actions import CONDITIONAL_ACTIONS, ConditionalActions


@pytest.mark.parametrize("line", CONDITIONAL_ACTIONS, ids=lambda it: it.actions[0])
def test_actions_and_properties_are_in_the_schema(line: ConditionalActions) -> None:
    schema = resource_schema(line.resource_type)
    assert schema

    named = {it for one in ("create", "read", "update", "delete") for it in schema.permissions(one)}
    paths = [*line.properties, *([line.resource] if line.resource else [])]

    assert {*line.actions} <= named
    assert all(schema.definition(path.replace(".", "/")) for path in paths)
