"""Assesses a template: the verdict on each requirement, its reasons, resources and judges."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from payment_templates.evidence import PROMISES, Verdict, examine
from payment_templates.facts.pci_dss.config_rules import CONFORMANCE_PACK, FURTHER_RULES
from payment_templates.facts.pci_dss.requirements import REQUIREMENTS
from payment_templates.facts.pci_dss.security_hub import SECURITY_HUB
from payment_templates.report.compliance.matrix import MATRIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from payment_templates.cloudformation import Resource, Template
    from payment_templates.evidence import Result
    from payment_templates.report.compliance.check import Check
    from payment_templates.report.compliance.matrix import Row

# AWS Config records the stack itself, which is no resource of its template.
STACK = "AWS::CloudFormation::Stack"
# An attribute of a resource, beside its properties.
DELETION_POLICY = "DeletionPolicy"


class Status(StrEnum):
    """The verdict on the template's part of a requirement, ordered from best to worst."""

    # The template has nothing that this part is about.
    NOT_APPLICABLE = "not applicable"
    # Nothing in a template can meet it: it is the part of the customer, or of AWS.
    AWS = "AWS's"
    CUSTOMER = "customer's"
    MET = "met"
    # Met if something holds that the template does not decide.
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"
    NOT_MET = "not met"


_ORDER = list(Status)
_STATUSES = {
    Verdict.NOT_APPLICABLE: Status.NOT_APPLICABLE,
    Verdict.KEPT: Status.MET,
    Verdict.CONDITIONAL: Status.CONDITIONAL,
    Verdict.UNKNOWN: Status.UNKNOWN,
    Verdict.BROKEN: Status.NOT_MET,
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """The verdict of one check."""

    check: Check
    status: Status
    why: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A resource that answers a requirement, with the properties that matter."""

    logical_id: str
    type: str
    properties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """A requirement with its verdict."""

    row: Row
    summary: str
    status: Status
    parts: tuple[Part, ...]
    answers: tuple[Answer, ...]
    # The rules of AWS on resources of the template: AWS Config, Security Hub.
    config_rules: tuple[str, ...]
    controls: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reasons of the worst checks; of all checks, if they agree."""
        whys = [part.why for part in self.parts if part.status is self.status]
        if not whys and self.status is Status.CONDITIONAL:
            return f"only with the customer's part: {self.row.customer}"
        return "; ".join(_without_repetition(whys))


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Every requirement, for a template in one region and a profile."""

    region: str
    profile: str
    requirements: tuple[Assessed, ...]

    @property
    def counts(self) -> dict[Status, int]:
        """The number of requirements by verdict, worst first."""
        found = Counter(it.status for it in self.requirements)
        return {status: found[status] for status in reversed(_ORDER) if found[status]}

    @property
    def fails(self) -> bool:
        """Whether a requirement is not met, or a generated template does not decide one."""
        failing = {Status.NOT_MET}
        if PROMISES[self.profile].promises:
            failing.add(Status.UNKNOWN)
        return any(it.status in failing for it in self.requirements)


def assess(
    template: Template,
    *,
    region: str = "us-east-1",
    parameters: Mapping[str, str] | None = None,
    profile: str = "standard",
) -> Assessment:
    """Assess a template for every value of its conditions; the worst verdict counts.

    Raises TemplateError if CloudFormation refuses the template or the parameters.
    """
    checks = dict.fromkeys(check for row in MATRIX for check in row.checks)
    found = examine(
        template,
        region=region,
        parameters=parameters,
        profile=profile,
        claims=[check.claim for check in checks],
    )
    parts = {
        check: _part(check, result) for check, result in zip(checks, found.results, strict=True)
    }
    return Assessment(
        region=region,
        profile=profile,
        requirements=tuple(_assessed(template, row, parts) for row in MATRIX),
    )


def _without_repetition(whys: Iterable[str]) -> list[str]:
    """Return each reason once, without those of which another one says every part."""
    parts = {why: frozenset(why.split("; ")) for why in whys}
    return [why for why, own in parts.items() if not any(own < other for other in parts.values())]


def _part(check: Check, result: Result) -> Part:
    finding = result.finding
    where = f" in {result.elsewhere}" if result.elsewhere else ""
    when = ", ".join(
        name if decision else f"no {name}" for name, decision in result.combination.items()
    )
    return Part(
        check=check,
        status=_STATUSES[finding.verdict],
        why=f"{finding.why}{where}{f' ({when})' if when else ''}",
        evidence=finding.evidence,
    )


def _assessed(template: Template, row: Row, parts: Mapping[Check, Part]) -> Assessed:
    own = tuple(parts[check] for check in row.checks)
    types = {resource.type for resource in template.resources.values()} | {STACK}
    return Assessed(
        row=row,
        summary=REQUIREMENTS[row.number],
        status=_status(row, own),
        parts=own,
        answers=_answers(template, row),
        config_rules=tuple(
            rule.name
            for rule in (*CONFORMANCE_PACK, *FURTHER_RULES)
            if row.number in rule.requirements and types & {*rule.resource_types}
        ),
        controls=tuple(
            control.name
            for control in SECURITY_HUB
            if row.number in control.requirements and types & {*control.resource_types}
        ),
    )


def _status(row: Row, parts: tuple[Part, ...]) -> Status:
    """Return the worst verdict of the checks; without any, whose part it is."""
    decided = [part.status for part in parts if part.status is not Status.NOT_APPLICABLE]
    if decided:
        worst = max(decided, key=_ORDER.index)
        # Encrypted disks do not make card numbers unreadable, nor logs that exist reviewed.
        return Status.CONDITIONAL if row.rests_on_customer and worst is Status.MET else worst
    return Status.CUSTOMER if row.customer else Status.AWS if row.aws else Status.NOT_APPLICABLE


def _answers(template: Template, row: Row) -> tuple[Answer, ...]:
    """Return the resources that the checks are about, except those without a property of these."""
    found: list[Answer] = []
    for name, resource in template.resources.items():
        wanted = [
            check.properties[resource.type]
            for check in row.checks
            if resource.type in check.properties
        ]
        properties = tuple(
            dict.fromkeys(each for names in wanted for each in names if _has(resource, each))
        )
        if properties or () in wanted:
            found.append(Answer(logical_id=name, type=resource.type, properties=properties))
    return tuple(found)


def _has(resource: Resource, name: str) -> bool:
    """Return whether a resource sets a property, or its deletion policy."""
    if name == DELETION_POLICY:
        return resource.deletion_policy is not None
    return name in cast("Mapping[str, object]", resource.properties or {})
