"""Evaluates the parts of a template for one stack: conditions, rules, resources and outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeVar, cast

from payment_templates.cloudformation.dependencies import dependencies
from payment_templates.cloudformation.evaluation.conditions import Judge, evaluate_conditions
from payment_templates.cloudformation.evaluation.evaluator import Budget, Evaluator, Problem
from payment_templates.cloudformation.evaluation.functions import FUNCTIONS
from payment_templates.cloudformation.evaluation.shared_resources import SharedResources
from payment_templates.cloudformation.evaluation.stack_resource import mentioned_in
from payment_templates.cloudformation.values import Decision, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from payment_templates.cloudformation.dependencies import Dependencies
    from payment_templates.cloudformation.evaluation.stack_resource import Defaults, StackResource
    from payment_templates.cloudformation.template import Template

_Part = TypeVar("_Part")


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """The evaluated parts of a template; each is evaluated on first use."""

    template: Template
    region: str
    # What Ref returns for each parameter and pseudo parameter.
    values: Mapping[str, Value]
    zones: Mapping[str, Sequence[str]]
    # The decisions of the conditions that are not evaluated.
    forced: Mapping[str, Decision]
    # If set, absent properties have AWS's defaults.
    defaults: Defaults | None
    # Whether a missing entry of a mapping is unknown.
    mappings_open: bool
    # The problems of the parts that are evaluated so far.
    found: list[Problem] = field(default_factory=list[Problem])

    @cached_property
    def conditions(self) -> Mapping[str, Decision]:
        """The value of each condition."""
        evaluator = self.evaluator(with_resources=False)
        found = evaluate_conditions(evaluator, self.forced, self._condition)
        self.found.extend(evaluator.problems)
        return found

    def _condition(self, name: str, known: Mapping[str, Decision]) -> Decision:
        """Evaluate a condition, given those that it refers to."""
        expression, place = self.template.conditions[name].expression, ("Conditions", name)
        names = mentioned_in(self.template, (expression,), *place)
        decisions = (_hashable(known[it]) if it in known else None for it in names)
        return self._part(
            (*place, *decisions),
            map(self._texts.get, names),
            lambda evaluator: Judge(evaluator, known).holds(expression, *place),
            with_resources=False,
        )

    @cached_property
    def assertions(self) -> tuple[tuple[str, Decision], ...]:
        """The message of each assertion of the rules, with its decision."""
        expressions = (rule.expressions for rule in self.template.rules.values())
        names = mentioned_in(self.template, chain.from_iterable(expressions), "Rules")
        conditions = [_hashable(self.conditions[it]) for it in names if it in self.conditions]
        return self._part(
            ("Rules", *conditions),
            map(self._texts.get, names),
            self._assert,
            with_resources=False,
        )

    def _assert(self, evaluator: Evaluator) -> tuple[tuple[str, Decision], ...]:
        judge = Judge(evaluator, self.conditions)
        found: list[tuple[str, Decision]] = []
        for name, rule in self.template.rules.items():
            place = ("Rules", name)
            applies = True if rule.condition is None else judge.holds(rule.condition, *place)
            for assertion in rule.assertions if applies is not False else ():
                decision = judge.holds(assertion.expression, *place, "Assertions")
                certain = decision is True or applies is True
                found.append((assertion.description, decision if certain else applies))
        return tuple(found)

    @cached_property
    def created(self) -> Mapping[str, Decision]:
        """Whether each resource is created."""
        conditions = self.conditions
        found = {
            name: True
            if (condition := resource.condition) is None
            else conditions[condition]
            if condition in conditions
            else self._decide(condition, "Resources", name)
            for name, resource in self.template.resources.items()
        }
        # Stacks that create the same resources share this, because there are many stacks.
        known: dict[tuple[bool | str, ...], Mapping[str, Decision]]
        known = self.template.memo.setdefault(("created",), {})
        return known.setdefault(tuple(map(_hashable, found.values())), found)

    @cached_property
    def resources(self) -> Mapping[str, StackResource]:
        """The resources that are created, and those that may be created."""
        created = self.created
        shared, values = self._shared, self._written
        numbers = [group.number(values) for group in shared.groups]
        found: dict[str, StackResource] = {}
        for forms in shared.forms:
            name, number = forms.resource.logical_id, numbers[forms.group]
            decision = created[name]
            if decision is False:
                continue
            key = number if decision is True else (number, repr(decision))
            evaluated = forms.found.get(key) or shared.evaluated(
                forms, key, decision, evaluator=self.evaluator(), defaults=self.defaults
            )
            found[name], problems = evaluated
            if problems:
                self.found.extend(problems)
        known: dict[tuple[StackResource, ...], Mapping[str, StackResource]]
        known = self.template.memo.setdefault(("resources",), {})
        return known.setdefault(tuple(found.values()), found)

    def of_types(self, types: tuple[str, ...]) -> tuple[StackResource, ...]:
        """List the resources of some types, in the order of the template."""
        found = self._by_types.get(types)
        if found is None:
            there = [name for name in dict.fromkeys(types) if (name,) in self._by_types]
            found = (
                tuple(it for it in self.resources.values() if it.type in there)
                if len(there) > 1
                else self._by_types[(there[0],)]
                if there
                else ()
            )
            self._by_types[types] = found
        return found

    @cached_property
    def _by_types(self) -> dict[tuple[str, ...], tuple[StackResource, ...]]:
        found: dict[str, list[StackResource]] = {}
        for resource in self.resources.values():
            found.setdefault(resource.type, []).append(resource)
        return {(name,): tuple(resources) for name, resources in found.items()}

    @cached_property
    def outputs(self) -> Mapping[str, Value]:
        """The values of the outputs."""
        return {
            name: self._output(output.value, "Outputs", name, "Value")
            for name, output in self.template.outputs.items()
            if self._decide(output.condition, "Outputs", name) is not False
        }

    @cached_property
    def exports(self) -> Mapping[str, Value]:
        """The names under which outputs are exported, by output."""
        return {
            name: self._output(output.export, "Outputs", name, "Export", "Name")
            for name, output in self.template.outputs.items()
            if output.export is not None and name in self.outputs
        }

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What CloudFormation refuses: dangling references, wrong operands, cycles."""
        # The first read of each of these adds its problems.
        for _ in (self.assertions, self.resources, self.outputs, self.exports):
            continue
        # "all resources and parameters must have unique names": cfn-lint, issue 1689.
        twins = self.template.parameters.keys() & self.template.resources.keys()
        same = (
            Problem(place=f"Resources.{name}", message="a parameter has the same name")
            for name in sorted(twins)
        )
        return tuple(dict.fromkeys((*self.found, *same)))

    @cached_property
    def dependencies(self) -> Dependencies:
        """The dependencies between the resources, under the conditions of the stack."""
        return dependencies(self.template, self.conditions)

    def evaluator(self, *, with_resources: bool = True) -> Evaluator:
        """Return an evaluator for resources and outputs, or for conditions and rules."""
        return Evaluator(
            template=self.template,
            region=str(self.values["AWS::Region"]),
            functions=FUNCTIONS,
            values=self.values,
            created=self.created if with_resources else {},
            conditions=self.conditions if with_resources else {},
            zones=self.zones,
            with_resources=with_resources,
            mappings_open=self.mappings_open,
            budget=self._budget,
        )

    def _output(self, node: object, *place: str) -> Value:
        names = mentioned_in(self.template, (node,), *place)
        return self._part(
            place, map(self._written.get, names), lambda evaluator: evaluator.value(node, *place)
        )

    def _part(
        self,
        place: tuple[object, ...],
        values: Iterable[str | None],
        evaluate: Callable[[Evaluator], _Part],
        *,
        with_resources: bool = True,
    ) -> _Part:
        """Evaluate a part, once for stacks with equal values for everything it refers to."""
        known, key = self._shared.parts, (place, *values)
        if key not in known:
            evaluator = self.evaluator(with_resources=with_resources)
            value = evaluate(evaluator)
            known[key] = (value, tuple(evaluator.problems))
        value, problems = known[key]
        self.found.extend(problems)
        return value

    @cached_property
    def _shared(self) -> SharedResources:
        memo = self.template.memo
        key = (
            *("shared resources", self.region, self.defaults),
            *(self.mappings_open, id(self.zones)),
        )
        if key not in memo:
            memo[key] = SharedResources(template=self.template, zones=self.zones)
        return cast("SharedResources", memo[key])

    @cached_property
    def _written(self) -> Mapping[str, str]:
        """The value of each parameter and condition, and of each resource that is not certain.

        Of a name that two of them have, both values: a condition may have the name of a resource.
        """
        open_ = {name: it for name, it in self.created.items() if it is not True}
        found = dict(self._texts)
        for name, entry in chain(self.conditions.items(), open_.items()):
            found[name] = f"{found[name]} {entry!r}" if name in found else repr(entry)
        return found

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """The value of each parameter and pseudo parameter."""
        return {name: repr(entry) for name, entry in self.values.items()}

    @cached_property
    def _budget(self) -> Budget:
        return Budget()

    def _decide(self, condition: str | None, *place: str) -> Decision:
        if condition is None:
            return True
        if condition in self.conditions:
            return self.conditions[condition]
        problem = f"the template has no condition {condition}"
        if not self.template.macros:
            self.found.append(Problem(place=".".join((*place, "Condition")), message=problem))
        return Unknown(reason=problem)


def _hashable(decision: Decision) -> bool | str:
    return decision if isinstance(decision, bool) else repr(decision)
