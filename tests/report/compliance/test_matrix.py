"""The matrix has every requirement that AWS's rules check on a resource of the stack."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.evidence import all_claims
from payment_templates.facts.pci_dss.config_rules import CONFORMANCE_PACK, FURTHER_RULES
from payment_templates.facts.pci_dss.requirements import REQUIREMENTS
from payment_templates.facts.pci_dss.security_hub import SECURITY_HUB
from payment_templates.report.compliance.assessment import DELETION_POLICY, STACK
from payment_templates.report.compliance.matrix import MATRIX
from tests.evidence.templates import production_document, real_document
from tests.report.compliance.complete_template import complete_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.evidence.changes import Json

_CHECKS = tuple(dict.fromkeys(check for row in MATRIX for check in row.checks))
_RULES = (*CONFORMANCE_PACK, *FURTHER_RULES, *SECURITY_HUB)
_DOCUMENTS: dict[str, Callable[[], Json]] = {
    "standard": real_document,
    "production": production_document,
    "complete": complete_document,
}


@pytest.mark.parametrize("name", _DOCUMENTS)
def test_matrix_has_every_requirement_of_the_pack_for_the_template(name: str) -> None:
    resources = _DOCUMENTS[name]()["Resources"].values()
    types = {resource["Type"] for resource in resources} | {STACK}

    mapped = {
        number
        for rule in CONFORMANCE_PACK
        if types & {*rule.resource_types}
        for number in rule.requirements
    }

    assert len(mapped) > 50
    assert mapped <= {row.number for row in MATRIX}


def test_matrix_has_every_requirement_of_every_rule() -> None:
    mapped = {number for rule in _RULES for number in rule.requirements}

    assert mapped <= {row.number for row in MATRIX}


def test_each_requirement_has_one_row() -> None:
    assert [row.number for row in MATRIX] == list(REQUIREMENTS)


def test_each_row_says_who_does_something() -> None:
    empty = [row.number for row in MATRIX if not (row.checks or row.customer or row.aws)]

    assert empty == []


def test_row_that_rests_on_the_customer_says_what_the_customer_does() -> None:
    resting = [row for row in MATRIX if row.rests_on_customer]

    assert {row.number for row in resting} >= {"3.2.1", "3.5.1", "6.2.4", "10.4.2"}
    assert all(row.customer and row.checks for row in resting)


def test_rules_are_listed_once() -> None:
    counts = Counter(rule.name for rule in _RULES)
    doubled = [rule.name for rule in _RULES if len({*rule.requirements}) < len(rule.requirements)]

    assert [name for name, count in counts.items() if count > 1] == []
    assert doubled == []


def test_checks_made_here_have_names_of_their_own() -> None:
    own = [check.claim.id for check in _CHECKS if not check.of_evidence]

    assert len(own) == len({*own})
    assert not {*own} & {claim.id for claim in all_claims()}


def test_properties_of_the_checks_exist() -> None:
    wanted = {
        (resource_type, name)
        for check in _CHECKS
        for resource_type, names in check.properties.items()
        for name in names
        if name != DELETION_POLICY
    }

    unknown = [
        (resource_type, name)
        for resource_type, name in sorted(wanted)
        if not (schema := resource_schema(resource_type)) or not schema.definition(name)
    ]
    assert unknown == []


def test_types_of_the_rules_exist() -> None:
    types = {each for rule in _RULES for each in rule.resource_types}

    assert [each for each in sorted(types) if not resource_schema(each)] == []
