"""The table of deletion protection covers AWS's resource schemas."""

import re

from payment_templates.cloudformation.schemas import resource_schema, resource_types
from payment_templates.facts.deletion_protection import PROTECTIONS

_PROTECTS = re.compile(r"Delet\w*Protect\w*|DisableApiTermination|TerminationProtect\w*")
# It asks for a check of the caller's, and refuses nothing by itself.
_OTHERS = {"DeletionProtectionCheck"}


def test_every_property_that_protects_is_in_the_table() -> None:
    found = {
        name
        for resource_type in resource_types("us-east-1")
        if (schema := resource_schema(resource_type, "us-east-1"))
        for name in schema.properties
        if _PROTECTS.fullmatch(name)
    }

    assert found - _OTHERS == {*PROTECTIONS}


def test_every_choice_that_protects_is_in_the_table() -> None:
    harmless = {"inactive", "disabled", "none"}
    found = {
        choice.lower()
        for resource_type in resource_types("us-east-1")
        if (schema := resource_schema(resource_type, "us-east-1"))
        for choice in schema.definition("DeletionProtection").get("enum", ())
    }

    assert found - harmless <= PROTECTIONS["DeletionProtection"]
