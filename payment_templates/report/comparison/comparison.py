"""Compares two templates of one stack: resources, policies, exports, parameters, promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.evidence import examine, regional_topologies
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.exports import changed_exports
from payment_templates.report.comparison.parameters import changed_parameters
from payment_templates.report.comparison.policies import weaker_policies
from payment_templates.report.comparison.promises import (
    PromiseChange,
    RecoveryChange,
    changed_promises,
    changed_recoveries,
    with_other_defaults,
)
from payment_templates.report.comparison.renamed_conditions import renamed_conditions
from payment_templates.report.comparison.resources import merged
from payment_templates.report.comparison.situations import (
    situations,
    with_kept_values,
    with_new_defaults,
)
from payment_templates.report.comparison.unexpanded import hiding, unexpanded
from payment_templates.report.cost.bill import bill_of
from payment_templates.report.cost.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.report.comparison.change import (
        ExportChange,
        ParameterChange,
        PolicyChange,
        ResourceChange,
    )
    from payment_templates.report.comparison.situations import Situations
    from payment_templates.report.cost.bill_lines import RegionBill


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What an update of a stack from one template to another changes."""

    # The names of the two templates.
    templates: tuple[str, str]
    resources: tuple[ResourceChange, ...]
    parameters: tuple[ParameterChange, ...]
    promises: tuple[PromiseChange, ...]
    recoveries: tuple[RecoveryChange, ...]
    # The policies of resources that hold data and retain less.
    policies: tuple[PolicyChange, ...] = ()
    exports: tuple[ExportChange, ...] = ()
    # What each template costs a month in the region, with the default load: "374.51".
    costs: tuple[str, str] = ("", "")
    # What has a known cost in the one template only: "Aurora with storage aurora-iopt1".
    newly_unknown: tuple[str, ...] = ()
    newly_known: tuple[str, ...] = ()
    # What the templates leave to CloudFormation: its resources are not compared.
    unexpanded: tuple[str, ...] = ()
    # The changed modules, nested stacks and stack sets: their resources are not compared.
    hidden: tuple[str, ...] = ()
    # The resources of which not all combinations of conditions are examined: there are too many.
    unexamined: tuple[str, ...] = ()

    @property
    def losses(self) -> tuple[ResourceChange, ...]:
        """The resources whose data is or may be lost."""
        return tuple(change for change in self.resources if change.lost)

    @property
    def refusals(self) -> tuple[ResourceChange, ...]:
        """The resources for which CloudFormation refuses the update, or undoes it at its end."""
        refused = {Effect.REFUSED, Effect.UNDONE}
        return tuple(change for change in self.resources if change.effect in refused)

    @property
    def regressions(self) -> tuple[PromiseChange, ...]:
        """The promises whose verdict is worse for the new template."""
        return tuple(change for change in self.promises if change.regressed)

    def fails(self, allowed: Collection[str] = ()) -> bool:
        """Whether data is or may be lost, the update is refused, or a verdict gets worse.

        Also if something is not examined. The losses and weaker policies of the allowed resources
        do not count.
        """
        lost = not {it.logical_id for it in self.losses} <= {*allowed}
        weaker = not {it.logical_id for it in self.policies} <= {*allowed}
        unknown = self.unexpanded or self.hidden or self.unexamined
        return bool(lost or weaker or self.refusals or self.regressions or unknown)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        changes = (self.resources, self.parameters, self.promises, self.recoveries)
        unknown = (self.unexpanded, self.hidden, self.unexamined)
        return not any((*changes, self.policies, self.exports, *unknown))


def compare(
    before: Template,
    after: Template,
    *,
    region: str = "us-east-1",
    parameters: Mapping[str, str] | None = None,
    profiles: tuple[str, str] = ("standard", "standard"),
) -> Comparison:
    """Compare two templates for a stack with these parameter values.

    The stack keeps the values of its parameters, as in an update that does not set them, so a
    changed default has an effect only where it is taken. Conditions are examined as they are, and
    otherwise: see `situations`. Raises TemplateError for invalid parameter values, and if
    CloudFormation refuses one of the templates.
    """
    given = dict(parameters or {})
    kept = with_kept_values(before, after)
    old, new = (
        examine(template, region=region, parameters=_known(template, given), profile=profile)
        for template, profile in zip((before, kept), profiles, strict=True)
    )
    renamed = renamed_conditions(before, after)
    promises = changed_promises(old, new, renamed)
    taking = with_new_defaults(before, after)
    if taking.parameters != kept.parameters:
        other = examine(
            taking, region=region, parameters=_known(taking, given), profile=profiles[1]
        )
        promises = with_other_defaults(promises, changed_promises(old, other, renamed))
    compared = situations(before, after, region, given)
    resources = merged((it.when, it.changes) for it in compared.found)
    bills = (_bill(before, region, given), _bill(kept, region, given))
    return Comparison(
        templates=(before.name, after.name),
        resources=resources,
        parameters=tuple(changed_parameters(before, after, given)),
        promises=promises,
        recoveries=changed_recoveries(old, new, renamed),
        policies=_policies(compared),
        exports=_exports(compared),
        costs=(str(bills[0].total), str(bills[1].total)),
        newly_unknown=_unknown(bills[1], known=bills[0]),
        newly_known=_unknown(bills[0], known=bills[1]),
        unexamined=compared.left_out,
        unexpanded=tuple(
            dict.fromkeys(
                f"{it} of {side.name}" for side in (before, after) for it in unexpanded(side)
            )
        ),
        hidden=tuple(dict.fromkeys(name for it in compared.found for name in hiding(it.changes))),
    )


def compare_resources(
    before: Template, after: Template, region: str, given: Mapping[str, str]
) -> tuple[ResourceChange, ...]:
    """Return the changed resources, each in the situation in which its change is most severe."""
    compared = situations(before, after, region, given)
    return merged((it.when, it.changes) for it in compared.found)


def _known(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name in template.parameters}


def _bill(template: Template, region: str, given: Mapping[str, str]) -> RegionBill:
    values = _known(template, given)
    (topology,) = regional_topologies(template, regions=(region,), parameters=values)
    return bill_of(topology, Usage(), values)


def _unknown(bill: RegionBill, *, known: RegionBill) -> tuple[str, ...]:
    """Return the lines without a cost of what has one in the other bill."""
    priced = {name for line in known.lines if line.usd is not None for name in line.resources}
    tiers = {line.tier for line in known.lines if line.usd is not None}
    missing = {line.what for line in known.lines if line.usd is None}
    return tuple(
        line.what
        for line in bill.lines
        if line.usd is None
        and line.what not in missing
        and (not priced.isdisjoint(line.resources) if line.resources else line.tier in tiers)
    )


def _policies(compared: Situations) -> tuple[PolicyChange, ...]:
    found: dict[tuple[str, str], PolicyChange] = {}
    for it in compared.found:
        for change in weaker_policies(it.before, it.after):
            found.setdefault((change.logical_id, change.policy), replace(change, when=it.when))
    return tuple(found.values())


def _exports(compared: Situations) -> tuple[ExportChange, ...]:
    found: dict[str, ExportChange] = {}
    for it in compared.found:
        for change in changed_exports(it.before, it.after, it.changes):
            found.setdefault(change.name, replace(change, when=it.when))
    return tuple(found.values())
