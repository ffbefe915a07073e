"""The table of stores, and the protections below other properties, name what AWS has."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.data_stores import DATA_STORES
from payment_templates.facts.deletion_protection import NESTED_PROTECTIONS, PROTECTED_BY_DEFAULT

PATHS = [
    *NESTED_PROTECTIONS.items(),
    *((resource_type, "DeletionProtection") for resource_type in sorted(PROTECTED_BY_DEFAULT)),
    *(
        (resource_type, path)
        for resource_type, store in DATA_STORES.items()
        for path in (store.key, store.leaves, *store.unless)
        if path
    ),
]


@pytest.mark.parametrize(("resource_type", "path"), PATHS)
def test_property_is_in_the_schema(resource_type: str, path: str) -> None:
    schema = resource_schema(resource_type)

    assert schema
    assert schema.definition(path.replace(".", "/"))


@pytest.mark.parametrize("resource_type", DATA_STORES)
def test_store_is_a_type(resource_type: str) -> None:
    assert resource_schema(resource_type)
