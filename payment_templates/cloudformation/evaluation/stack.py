"""Evaluates a template for one region and one set of parameter values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation.dependencies import dependencies
from payment_templates.cloudformation.errors import UnknownValueError
from payment_templates.cloudformation.evaluation.conditions import Judge, evaluate_conditions
from payment_templates.cloudformation.evaluation.evaluator import Budget, Evaluator, Problem
from payment_templates.cloudformation.evaluation.functions import FUNCTIONS
from payment_templates.cloudformation.evaluation.identity import Identities
from payment_templates.cloudformation.evaluation.read_tracking import (
    DEPENDENCIES,
    EVERYTHING,
    RESOURCES,
    RecordedResources,
    record,
)
from payment_templates.cloudformation.evaluation.resource_names import NAMINGS
from payment_templates.cloudformation.evaluation.stack_resource import (
    StackResource,
    evaluate_resource,
    mentioned,
)
from payment_templates.cloudformation.parameters import (
    check_values,
    partition_of,
    pseudo_parameters,
)
from payment_templates.cloudformation.values import (
    Decision,
    Reference,
    Text,
    Unknown,
    Value,
    scalar_text,
    unknown_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from payment_templates.cloudformation.dependencies import Dependencies
    from payment_templates.cloudformation.evaluation.read_tracking import Read
    from payment_templates.cloudformation.evaluation.stack_resource import Defaults
    from payment_templates.cloudformation.template import Resource, Template
    from payment_templates.cloudformation.values import Kind


@dataclass(frozen=True, kw_only=True, eq=False)
class Stack:
    """The stack of a template in one region, with one set of parameter values.

    Everything is evaluated on first use.
    """

    template: Template
    region: str
    account: str | None
    # The values of the parameters as text.
    texts: Mapping[str, str]
    # What Ref returns for each parameter and pseudo parameter.
    values: Mapping[str, Value]
    zones: Mapping[str, Sequence[str]]
    forced: Mapping[str, Decision]
    # If set, absent properties have AWS's defaults.
    defaults: Defaults | None = None
    # Whether a missing entry of a mapping is unknown: in a region that the template may not be for.
    mappings_open: bool = False
    _found: list[Problem] = field(default_factory=list[Problem])

    @property
    def parameters(self) -> Mapping[str, str]:
        """The given values and the defaults as text, without parameters that have neither."""
        record(self, *EVERYTHING)
        return self.texts

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn, ..."""
        return partition_of(self.region)[0]

    @cached_property
    def conditions(self) -> Mapping[str, Decision]:
        """The value of each condition."""
        evaluator = self.evaluator(with_resources=False)
        found = evaluate_conditions(evaluator, self.forced)
        self._found.extend(evaluator.problems)
        return found

    @cached_property
    def broken_rules(self) -> tuple[str, ...]:
        """The messages of failed assertions: CloudFormation refuses these parameter values."""
        return tuple(said for said, decision in self._assertions if decision is False)

    @cached_property
    def undecided_rules(self) -> tuple[str, ...]:
        """The messages of the assertions that cannot be decided."""
        return tuple(said for said, decision in self._assertions if isinstance(decision, Unknown))

    @cached_property
    def resources(self) -> Mapping[str, StackResource]:
        """The resources that are created, and those that may be created."""
        return RecordedResources(self, self._resources)

    @property
    def outputs(self) -> Mapping[str, Value]:
        """The values of the outputs."""
        record(self, *EVERYTHING)
        return self._outputs

    @cached_property
    def _resources(self) -> Mapping[str, StackResource]:
        return {
            name: self._resource(resource, decision)
            for name, resource in self.template.resources.items()
            if (decision := self._created[name]) is not False
        }

    @cached_property
    def _outputs(self) -> Mapping[str, Value]:
        evaluator = self.evaluator()
        found = {
            name: evaluator.value(output.value, "Outputs", name, "Value")
            for name, output in self.template.outputs.items()
            if self._decide(output.condition, "Outputs", name) is not False
        }
        self._found.extend(evaluator.problems)
        return found

    @property
    def exports(self) -> Mapping[str, Value]:
        """The names under which outputs are exported, by output."""
        record(self, *EVERYTHING)
        return self._exports

    @cached_property
    def _exports(self) -> Mapping[str, Value]:
        evaluator = self.evaluator()
        found = {
            name: evaluator.value(output.export, "Outputs", name, "Export", "Name")
            for name, output in self.template.outputs.items()
            if output.export is not None and name in self._outputs
        }
        self._found.extend(evaluator.problems)
        return found

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What CloudFormation refuses: dangling references, wrong operands, cycles."""
        record(self, *EVERYTHING)
        return self._problems

    @cached_property
    def _problems(self) -> tuple[Problem, ...]:
        # The first read of each of these adds its problems.
        for _ in (self._assertions, self._resources, self._outputs, self._exports):
            continue
        return tuple(dict.fromkeys(self._found))

    @property
    def dependencies(self) -> Dependencies:
        """The dependencies between the resources, under the conditions of the stack."""
        record(self, *DEPENDENCIES)
        return self._dependencies

    @cached_property
    def _dependencies(self) -> Dependencies:
        return dependencies(self.template, self.conditions)

    def of_type(self, *types: str) -> tuple[StackResource, ...]:
        """List the resources of some types, in the order of the template."""
        self.asked.update(types)
        record(self, "types", *types)
        return self._of_types(types)

    def _of_types(self, types: tuple[str, ...]) -> tuple[StackResource, ...]:
        found = self._by_types.get(types)
        if found is None:
            found = tuple(it for it in self._resources.values() if it.type in types)
            self._by_types[types] = found
        return found

    @cached_property
    def _by_types(self) -> dict[tuple[str, ...], tuple[StackResource, ...]]:
        return {}

    def of(self, logical_id: str, *types: str) -> StackResource | None:
        """Return the resource of a logical ID, None when it is absent or of another type."""
        self.asked.update(types)
        found = self.resources.get(logical_id)
        return found if found and found.type in types else None

    def value(self, expression: object, *path: str) -> Value:
        """Evaluate any expression as if it were in a resource; None means no value."""
        record(self, *EVERYTHING)
        return self.evaluator().value(expression, *path)

    def text(self, expression: object) -> str | None:
        """Evaluate an expression to text; None if it is unknown, a reference or not a scalar."""
        value = self.value(expression)
        return scalar_text(value) if isinstance(value, (str, int, float)) else None

    def find(self, value: Value, *types: str, kinds: Sequence[Kind] = ()) -> StackResource | None:
        """Return the resource of one of the types that a value identifies, or None.

        A value identifies it by Ref, an attribute, its physical name or its ARN. With kinds, only
        values of these kinds count: `kinds=("arn",)` where AWS requires an ARN. Raises
        UnknownValueError for a value that the template does not decide.
        """
        self.asked.update(types)
        record(self, "names", *types)
        for name in _named_in(value):
            record(self, "resource", name)
        name = self._identities.logical_id(value, types, kinds)
        if not name and (unknown := unknown_in(value)):
            raise UnknownValueError("", unknown)
        return self._resources.get(name) if name else None

    def same(self, left: Value, right: Value) -> bool | None:
        """Return whether two values are the same text; None when unknown."""
        for value in (left, right):
            for name in _named_in(value):
                record(self, "resource", name)
        return self._identities.same(left, right)

    @cached_property
    def asked(self) -> set[str]:
        """The types that readers asked for, of all stacks of the template."""
        asked: set[str] = self.template.memo.setdefault(("asked",), set[str]())
        return asked

    @property
    def identities(self) -> Identities:
        """The names and ARNs of the stack's resources."""
        record(self, *RESOURCES)
        return self._identities

    @cached_property
    def _identities(self) -> Identities:
        return Identities(
            resources=self._resources,
            context={
                "partition": self.values["AWS::Partition"],
                "region": self.values["AWS::Region"],
                "account": self.values["AWS::AccountId"],
            },
            names_of=lambda types: self.read_again(("names", *types)),
            shared=self.template.memo.setdefault(("names",), {}),
        )

    def property_of(self, reference: Reference) -> Value:
        """Return the property behind an attribute such as Vpc.CidrBlock, or None."""
        record(self, *EVERYTHING)
        return self.evaluator().property_of(reference)

    def read_again(self, read: Read) -> object:
        """Return what a recorded read gives on this stack, as a value to compare.

        Lists of resources are compared by a number, which costs less than the list itself.
        """
        if read[0] == "resource":
            return self._resources.get(read[1])
        if (number := self._numbers.get(read)) is None:
            numbers = self.template.memo.setdefault(("numbers",), dict[object, int]())
            number = self._numbers[read] = numbers.setdefault(self._listed(read), len(numbers))
        return number

    def together(self, reads: Iterable[Read]) -> Read:
        """Return one read that represents several reads."""
        several = tuple(sorted(set(reads)))
        if len(several) == 1:
            return several[0]
        names: dict[tuple[Read, ...], Read] = self.template.memo.setdefault(("several",), {})
        if (name := names.get(several)) is None:
            name = names[several] = ("several", str(len(names)))
            self.template.memo[name] = several
        return name

    @cached_property
    def _numbers(self) -> dict[Read, int]:
        return {}

    def _listed(self, read: Read) -> tuple[object, ...]:
        kind, *types = read
        if kind == "types":
            return self._of_types(tuple(types))
        if kind == "names":
            return self._named_types(tuple(types))
        if kind == "several":
            return (read, *map(self.read_again, self.template.memo[read]))
        if read == DEPENDENCIES:
            return (self._dependencies,)
        whole = tuple(self._resources.values())
        if read == RESOURCES:
            return whole
        # Everything else that readers can see, as text.
        others = (self._outputs, self._exports, self.texts, self.conditions)
        return (*whole, repr(others))

    def _named_types(self, types: tuple[str, ...]) -> tuple[StackResource | None, ...]:
        """Return the resources of some types, or all, and those that their names refer to."""
        found = self._of_types(types) if types else tuple(self._resources.values())
        others = (self._resources.get(name) for it in found for name in _names_of(it))
        return (*found, *others)

    def with_conditions(self, conditions: Mapping[str, bool]) -> Stack:
        """Return the stack with further conditions forced; it keeps the problems found so far."""
        record(self, *EVERYTHING)
        return replace(self, forced={**self.forced, **conditions}, _found=[*self._found])

    def with_values(self, values: Mapping[str, Value]) -> Stack:
        """Evaluate again with other values for Ref, under the same conditions."""
        record(self, *EVERYTHING)
        other = replace(self, values={**self.values, **values}, forced=self.conditions, _found=[])
        # The same conditions create the same resources.
        vars(other).update(conditions=self.conditions, _created=self._created)
        return other

    def evaluator(self, *, with_resources: bool = True) -> Evaluator:
        """Return an evaluator for resources and outputs, or for conditions and rules."""
        return Evaluator(
            template=self.template,
            region=str(self.values["AWS::Region"]),
            functions=FUNCTIONS,
            values=self.values,
            created=self._created if with_resources else {},
            conditions=self.conditions if with_resources else {},
            zones=self.zones,
            with_resources=with_resources,
            mappings_open=self.mappings_open,
            budget=self._budget,
        )

    @cached_property
    def _budget(self) -> Budget:
        return Budget()

    @cached_property
    def _created(self) -> Mapping[str, Decision]:
        return {
            name: self._decide(resource.condition, "Resources", name)
            for name, resource in self.template.resources.items()
        }

    @cached_property
    def _written(self) -> Mapping[str, str]:
        """The value of each parameter and condition, and of each resource that is not certain."""
        open_ = {name: it for name, it in self._created.items() if it is not True}
        return {
            name: repr(entry) for name, entry in {**self.conditions, **open_, **self.values}.items()
        }

    @cached_property
    def _assertions(self) -> tuple[tuple[str, Decision], ...]:
        evaluator = self.evaluator(with_resources=False)
        judge = Judge(evaluator, self.conditions)
        found: list[tuple[str, Decision]] = []
        for name, rule in self.template.rules.items():
            place = ("Rules", name)
            applies = True if rule.condition is None else judge.holds(rule.condition, *place)
            for assertion in rule.assertions if applies is not False else ():
                decision = judge.holds(assertion.expression, *place, "Assertions")
                certain = decision is True or applies is True
                found.append((assertion.description, decision if certain else applies))
        self._found.extend(evaluator.problems)
        return tuple(found)

    def _decide(self, condition: str | None, *place: str) -> Decision:
        if condition is None:
            return True
        if condition in self.conditions:
            return self.conditions[condition]
        problem = f"the template has no condition {condition}"
        if not self.template.macros:
            self._found.append(Problem(place=".".join((*place, "Condition")), message=problem))
        return Unknown(reason=problem)

    def _resource(self, resource: Resource, created: Decision) -> StackResource:
        """Evaluate a resource, cached for stacks with equal values for everything it refers to."""
        memo = self.template.memo
        names = mentioned(self.template, resource)
        key = (
            *("resource", resource.logical_id, self.region, self.defaults, repr(created)),
            self.mappings_open,
            *map(self._written.get, names),
        )
        if key not in memo or memo[key][2] is not self.zones:
            evaluator = self.evaluator()
            made = evaluate_resource(evaluator, resource, created, self.defaults)
            # Different parameter values may result in equal resources, which are shared.
            others = memo.setdefault(("made", resource.logical_id, self.region, self.defaults), {})
            digest = blake2b(made.content.encode(errors="surrogatepass")).digest()
            shared = others.setdefault(digest, made)
            memo[key] = (shared, tuple(evaluator.problems), self.zones)
        found, problems, _ = memo[key]
        self._found.extend(problems)
        return cast("StackResource", found)


def _named_in(value: Value) -> Iterator[str]:
    """Yield the logical IDs that a value refers to."""
    parts = value.parts if isinstance(value, Text) else (value,)
    yield from (part.logical_id for part in parts if isinstance(part, Reference))


def _names_of(resource: StackResource) -> Iterator[str]:
    """Yield the logical IDs that the physical name of a resource refers to."""
    naming = NAMINGS.get(resource.type)
    for name in (naming.name, "Path") if naming and naming.name else ():
        yield from _named_in(resource.properties.entries.get(name))


def evaluate(
    template: Template,
    *,
    region: str,
    parameters: Mapping[str, str] = MappingProxyType({}),
    account: str | None = None,
    stack_name: str | None = None,
    zones: Mapping[str, Sequence[str]] = MappingProxyType({}),
    conditions: Mapping[str, Decision] = MappingProxyType({}),
    defaults: Defaults | None = None,
    mappings_open: bool = False,
) -> Stack:
    """Evaluate a template; values that cannot be known become an Unknown with a reason.

    `zones` has the zones of each region for Fn::GetAZs. `conditions` overrides the values of
    conditions. With `defaults`, absent properties have AWS's defaults. With `mappings_open`, an
    entry that a mapping lacks is unknown, and no problem. Raises TemplateError only for invalid
    parameter values; errors in the template itself are in `Stack.problems`.
    """
    check_values(template.parameters, parameters)
    texts = {
        name: text
        for name, parameter in template.parameters.items()
        if (text := parameters.get(name, parameter.default)) is not None
    }
    values = {name: it.value(texts.get(name)) for name, it in template.parameters.items()}
    pseudo = pseudo_parameters(region, account=account, stack_name=stack_name)
    return Stack(
        template=template,
        region=region,
        account=account,
        texts=texts,
        values={**values, **pseudo},
        zones=zones,
        forced={name: it for name, it in conditions.items() if name in template.conditions},
        defaults=defaults,
        mappings_open=mappings_open,
    )


def with_parameters(stack: Stack, parameters: Mapping[str, str]) -> Stack:
    """Return the stack with other parameter values, which are not validated."""
    values = {
        name: it.value(parameters.get(name, it.default))
        for name, it in stack.template.parameters.items()
    }
    return replace(
        stack, texts=parameters, values={**stack.values, **values}, _found=list[Problem]()
    )
