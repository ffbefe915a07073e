"""Collects everything that the page shows of one template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, UnexpectedValueError
from payment_templates.evidence import (
    creations_of,
    examine,
    incidents_of,
    region_pair,
    regional_topologies,
)
from payment_templates.report.compliance import assess
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.choices import choices_of
from payment_templates.report.cost.usage import Usage
from payment_templates.report.given_parameters import shown_parameters
from payment_templates.report.page.recipients import recipients_of
from payment_templates.report.page.simulation import simulate
from payment_templates.report.picture.reading import read_picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Stack, Template
    from payment_templates.evidence import Creation, Examination, Incident
    from payment_templates.report.compliance import Assessment
    from payment_templates.report.cost.bill_lines import RegionBill
    from payment_templates.report.cost.choices import Choice
    from payment_templates.report.page.simulation import Outcome
    from payment_templates.report.picture.model import Picture


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the other parts found about one template."""

    name: str
    # Of the template's file.
    sha256: str
    # Those given, without the values that the template hides.
    parameters: Mapping[str, str]
    template: Template
    stack: Stack
    examination: Examination
    assessment: Assessment
    picture: Picture
    incidents: tuple[Incident, ...]
    # Why the incidents are not known, or "".
    incidents_unknown: str
    outcomes: tuple[Outcome, ...]
    bills: tuple[RegionBill, ...]
    choices: tuple[Choice, ...]
    usage: Usage
    # Who gets the messages of an alarm or event, by its logical ID.
    recipients: Mapping[str, str]
    creations: tuple[Creation, ...]
    # Why the schedule is not known, or "".
    creations_unknown: str


def collect(
    template: Template,
    *,
    name: str,
    sha256: str,
    region: str,
    parameters: Mapping[str, str],
    profile: str,
    seed: int,
    runs: int,
) -> Findings:
    """Examine a template; raises TemplateError if CloudFormation refuses it or a parameter."""
    examination = examine(template, region=region, parameters=parameters, profile=profile)
    topologies = regional_topologies(template, regions=region_pair(region), parameters=parameters)
    usage = Usage()
    bills = bills_of(topologies, usage, parameters)
    incidents: tuple[Incident, ...] = ()
    incidents_unknown = creations_unknown = ""
    try:
        incidents = incidents_of(topologies[0], examination.recoveries)
    except UnexpectedValueError as error:
        incidents_unknown = str(error)
    creations: tuple[Creation, ...] = ()
    try:
        creations = creations_of(topologies[0].stack)
    except TemplateError as error:
        creations_unknown = str(error)
    return Findings(
        name=name,
        sha256=sha256,
        parameters=shown_parameters(template, parameters),
        template=template,
        stack=topologies[0].stack,
        examination=examination,
        assessment=assess(template, region=region, parameters=parameters, profile=profile),
        picture=read_picture(topologies),
        incidents=incidents,
        incidents_unknown=incidents_unknown,
        outcomes=simulate(examination.recoveries, incidents, seed=seed, runs=runs),
        bills=bills,
        choices=choices_of(topologies, bills, usage),
        usage=usage,
        recipients=recipients_of(topologies[0], parameters),
        creations=creations,
        creations_unknown=creations_unknown,
    )
