"""Which parameter bounds the lost payments, for each of several stacks of one template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import topology_of
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.recovery.loss_bound import bounding_choices
from payment_templates.evidence.topology import build_topology
from tests.evidence.changes import changed, put
from tests.evidence.global_database import GIVEN, HOME
from tests.evidence.templates import production_document

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template
    from payment_templates.evidence.topology import Topology
    from tests.evidence.changes import Change

REGIONS = {"DatabaseHomeRegion": HOME, "PrimaryRegion": HOME}


CHOICE = "BoundLostPayments=true"
BOUND_NEEDS_A_DOMAIN = put(
    "Rules.BoundNeedsADomain",
    {
        "RuleCondition": {"Fn::Equals": [{"Ref": "BoundLostPayments"}, "true"]},
        "Assertions": [
            {
                "Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]},
                "AssertDescription": "Give a domain",
            }
        ],
    },
)
WITHOUT_DOMAIN = {"DomainName": "", "HostedZoneId": ""}


def production(*changes: Change) -> Template:
    """Parse the production template."""
    return parse_template(json.dumps(changed(production_document(), *changes)), name="production")


def choices(template: Template, **parameters: str) -> dict[str, Topology]:
    """Return the parameters that bound the lost payments, with their topologies."""
    values = GIVEN | REGIONS | parameters
    return dict(bounding_choices(topology_of(template, region=HOME, parameters=values)))


def test_rule_that_refuses_the_choice_for_one_stack_leaves_it_to_another() -> None:
    template = production(BOUND_NEEDS_A_DOMAIN)

    found = [[*choices(template)], [*choices(template, **WITHOUT_DOMAIN)], [*choices(template)]]

    assert found == [[CHOICE], [], [CHOICE]]


def test_other_region_of_the_choice_is_that_of_its_own_stack() -> None:
    template = production()

    first = choices(template)[CHOICE].counterpart
    second = choices(template, SecondRegion="eu-west-1")[CHOICE].counterpart

    assert first
    assert second
    assert (first.stack.region, second.stack.region) == ("us-west-2", "eu-west-1")


def test_choice_keeps_the_conditions_that_are_tried() -> None:
    template = production()
    stack = stack_of(
        template, region=HOME, parameters=GIVEN | REGIONS, conditions={"HasDomain": False}
    )

    ((_, without),) = bounding_choices(build_topology(stack))

    assert "DnsRecord" in choices(template)[CHOICE].stack.resources
    assert "DnsRecord" not in without.stack.resources
