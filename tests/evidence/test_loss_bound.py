"""Which parameter bounds the lost payments, for each of several stacks of one template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import topology_of
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.recovery.loss_bound import bounding_choices
from payment_templates.evidence.topology import build_topology
from tests.evidence.global_database import GIVEN, HOME
from tests.evidence.templates import production_document

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template
    from payment_templates.evidence.topology import Topology

REGIONS = {"DatabaseHomeRegion": HOME, "PrimaryRegion": HOME}


def chosen(template: Template, **parameters: str) -> Topology:
    """Return the topology with the bound."""
    values = GIVEN | REGIONS | parameters
    ((choice, found),) = bounding_choices(topology_of(template, region=HOME, parameters=values))
    assert choice == "BoundLostPayments=true"
    return found


def test_choice_has_the_other_parameters_of_its_own_stack() -> None:
    template = parse_template(json.dumps(production_document()), name="production")

    first = chosen(template, DomainName="one.example.com")
    second = chosen(template, DomainName="two.example.com")

    assert first.stack.parameters["DomainName"] == "one.example.com"
    assert second.stack.parameters["DomainName"] == "two.example.com"


def test_choice_keeps_the_conditions_that_are_tried() -> None:
    template = parse_template(json.dumps(production_document()), name="production")
    stack = stack_of(
        template, region=HOME, parameters=GIVEN | REGIONS, conditions={"HasDomain": False}
    )

    ((_, without),) = bounding_choices(build_topology(stack))

    assert "DnsRecord" in chosen(template).stack.resources
    assert "DnsRecord" not in without.stack.resources
