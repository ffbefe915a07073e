"""Compares two templates of one stack: resources, parameters, promises, recovery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import evaluate
from payment_templates.evidence import examine
from payment_templates.report.comparison.change import Effect, ParameterChange
from payment_templates.report.comparison.promises import (
    PromiseChange,
    RecoveryChange,
    changed_promises,
    changed_recoveries,
)
from payment_templates.report.comparison.resources import changed_resources, merged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from payment_templates.cloudformation import Stack, Template
    from payment_templates.report.comparison.change import ResourceChange


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What an update of a stack from one template to another changes."""

    resources: tuple[ResourceChange, ...]
    parameters: tuple[ParameterChange, ...]
    promises: tuple[PromiseChange, ...]
    recoveries: tuple[RecoveryChange, ...]

    @property
    def losses(self) -> tuple[ResourceChange, ...]:
        """The resources whose data is or may be lost."""
        return tuple(change for change in self.resources if change.lost)

    @property
    def refusals(self) -> tuple[ResourceChange, ...]:
        """The resources for which CloudFormation refuses the update."""
        return tuple(change for change in self.resources if change.effect is Effect.REFUSED)

    @property
    def regressions(self) -> tuple[PromiseChange, ...]:
        """The promises whose verdict is worse for the new template."""
        return tuple(change for change in self.promises if change.regressed)

    def fails(self, allowed: Collection[str] = ()) -> bool:
        """Whether the update loses data that is not allowed, is refused, or worsens a verdict."""
        lost = any(change.logical_id not in allowed for change in self.losses)
        return bool(lost or self.refusals or self.regressions)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.resources or self.parameters or self.promises or self.recoveries)


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
    with each one inverted. Raises TemplateError for invalid parameter values, and if
    CloudFormation refuses one of the templates.
    """
    given = dict(parameters or {})
    old, new = (
        examine(
            template,
            region=region,
            parameters={k: v for k, v in given.items() if k in template.parameters},
            profile=profile,
        )
        for template, profile in zip((before, after), profiles, strict=True)
    )
    return Comparison(
        resources=compare_resources(before, after, region, given),
        parameters=tuple(_parameters(before, after)),
        promises=changed_promises(old, new),
        recoveries=changed_recoveries(old, new),
    )


def compare_resources(
    before: Template, after: Template, region: str, given: Mapping[str, str]
) -> tuple[ResourceChange, ...]:
    """Return the changed resources, each in the situation in which its change is most severe."""
    kept = {**_defaults(before), **given}
    situations = {"": changed_resources(_stack(before, region, kept), _stack(after, region, kept))}
    base = _stack(before, region, kept)
    for name, parameter in after.parameters.items():
        default = parameter.default
        known = before.parameters.get(name)
        if known and name not in given and default is not None and default != known.default:
            taken = _stack(after, region, {**kept, name: default})
            situations[f"{name} takes its new default"] = changed_resources(base, taken)
    for name in dict.fromkeys((*before.conditions, *after.conditions)):
        decisions = [
            stack.conditions[name]
            for stack in (base, _stack(after, region, kept))
            if name in stack.conditions
        ]
        inverted = decisions[0] is not True
        stacks = (_stack(it, region, kept, {name: inverted}) for it in (before, after))
        situations[name if inverted else f"not {name}"] = changed_resources(*stacks)
    return merged(situations)


def _stack(
    template: Template,
    region: str,
    values: Mapping[str, str],
    conditions: Mapping[str, bool] | None = None,
) -> Stack:
    known = {name: value for name, value in values.items() if name in template.parameters}
    # A value that the new template refuses is an error of the update, which preflight reports.
    return evaluate(template, region=region, parameters=known, conditions=conditions or {})


def _defaults(template: Template) -> dict[str, str]:
    return {
        name: parameter.default
        for name, parameter in template.parameters.items()
        if parameter.default is not None
    }


def _parameters(before: Template, after: Template) -> list[ParameterChange]:
    found: list[ParameterChange] = []
    for name in dict.fromkeys((*before.parameters, *after.parameters)):
        old, new = before.parameters.get(name), after.parameters.get(name)
        defaults = (old.default if old else None, new.default if new else None)
        if old is None or new is None or defaults[0] != defaults[1]:
            found.append(
                ParameterChange(
                    name=name,
                    before=defaults[0],
                    after=defaults[1],
                    added=old is None,
                    removed=new is None,
                )
            )
    return found
