"""The facts about retention agree with AWS's resource schemas and with cfn-lint."""

from __future__ import annotations

import pytest
from cfnlint.helpers import valid_snapshot_types

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.retained_data import (
    EXPIRY_DATE,
    EXPIRY_EXEMPTION,
    EXPIRY_NUMBERS,
    EXPIRY_RULES,
    EXPIRY_SIZES,
    EXPIRY_TEXTS,
    PERIODS,
    SETTINGS,
    SNAPSHOT_TYPES,
)

PATHS = [
    *((kind, path) for kind, table in PERIODS.items() for path in table),
    *((kind, path) for kind, table in SETTINGS.items() for path in table),
    *((kind, path) for kind, (path, _) in EXPIRY_TEXTS.items()),
    *((kind, path) for kind, path in EXPIRY_RULES.items()),
    *(
        ("AWS::S3::Bucket", f"{EXPIRY_RULES['AWS::S3::Bucket']}/{it}")
        for it in (*EXPIRY_NUMBERS, *EXPIRY_SIZES)
    ),
    ("AWS::S3::Bucket", f"{EXPIRY_RULES['AWS::S3::Bucket']}/{EXPIRY_DATE}"),
    ("AWS::S3::Bucket", f"{EXPIRY_RULES['AWS::S3::Bucket']}/{EXPIRY_EXEMPTION}"),
]


@pytest.mark.parametrize(("kind", "path"), PATHS, ids=lambda it: it)
def test_property_exists_and_changes_in_place(kind: str, path: str) -> None:
    schema = resource_schema(kind)

    assert schema
    assert schema.definition(path)
    assert path.split("/", maxsplit=1)[0] not in schema.create_only


def test_types_with_snapshots_are_those_of_cfn_lint() -> None:
    assert {*valid_snapshot_types} == SNAPSHOT_TYPES
