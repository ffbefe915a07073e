"""A template evaluated for one region and one set of parameter values; its reads are recorded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from payment_templates.cloudformation.errors import UnknownValueError
from payment_templates.cloudformation.evaluation.evaluation import Evaluation
from payment_templates.cloudformation.evaluation.evaluator import Evaluator, Problem
from payment_templates.cloudformation.evaluation.identity import Identities
from payment_templates.cloudformation.evaluation.read_tracking import (
    DEPENDENCIES,
    EVERYTHING,
    OUTPUTS,
    RESOURCES,
    RecordedResources,
    record,
)
from payment_templates.cloudformation.evaluation.read_values import (
    ReadValues,
    named_in,
    together,
)
from payment_templates.cloudformation.parameters import (
    partition_of,
)
from payment_templates.cloudformation.references import conditions_in
from payment_templates.cloudformation.template import part_of
from payment_templates.cloudformation.values import (
    Decision,
    Unknown,
    Value,
    scalar_text,
    unknown_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from payment_templates.cloudformation.dependencies import Dependencies
    from payment_templates.cloudformation.evaluation.read_tracking import Read
    from payment_templates.cloudformation.evaluation.stack_resource import Defaults, StackResource
    from payment_templates.cloudformation.template import Template
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

    @property
    def conditions(self) -> Mapping[str, Decision]:
        """The value of each condition."""
        return self._evaluation.conditions

    @cached_property
    def broken_rules(self) -> tuple[str, ...]:
        """The messages of failed assertions: CloudFormation refuses these parameter values."""
        return tuple(said for said, decision in self._evaluation.assertions if decision is False)

    @cached_property
    def undecided_rules(self) -> tuple[str, ...]:
        """The messages of the assertions that cannot be decided."""
        return tuple(
            said for said, decision in self._evaluation.assertions if isinstance(decision, Unknown)
        )

    @property
    def resources(self) -> Mapping[str, StackResource]:
        """The resources that are created, and those that may be created."""
        # Not cached: in a reference cycle with its mapping, a stack would stay in memory.
        return RecordedResources(self, self._evaluation.resources)

    @property
    def outputs(self) -> Mapping[str, Value]:
        """The values of the outputs."""
        record(self, *EVERYTHING)
        record(self, "asked", OUTPUTS)
        return self._evaluation.outputs

    @property
    def exports(self) -> Mapping[str, Value]:
        """The names under which outputs are exported, by output."""
        record(self, *EVERYTHING)
        record(self, "asked", OUTPUTS)
        return self._evaluation.exports

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What CloudFormation refuses: dangling references, wrong operands, cycles."""
        record(self, *EVERYTHING)
        return self._evaluation.problems

    @property
    def dependencies(self) -> Dependencies:
        """The dependencies between the resources, under the conditions of the stack."""
        record(self, *DEPENDENCIES)
        return self._evaluation.dependencies

    def of_type(self, *types: str) -> tuple[StackResource, ...]:
        """List the resources of some types, in the order of the template."""
        record(self, "types", *types)
        return self._evaluation.of_types(types)

    def of(self, logical_id: str, *types: str) -> StackResource | None:
        """Return the resource of a logical ID, None when it is absent or of another type."""
        found = self.resources.get(logical_id)
        return found if found and found.type in types else None

    def value(self, expression: object, *path: str) -> Value:
        """Evaluate any expression as if it were in a resource; None means no value."""
        record(self, *EVERYTHING)
        record(self, "asked", *conditions_in(expression))
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
        record(self, "asked", *types)
        return self._find(value, types, kinds)

    def find_part(self, value: Value, resource_type: str, *properties: str) -> StackResource | None:
        """Return the resource that a value identifies, as `find`, with these properties alone.

        What decides only other properties then needs no combination of its own.
        """
        record(self, "asked", *(part_of(resource_type, name) for name in properties))
        found = self._find(value, (resource_type,))
        return found and found.only(properties)

    def _find(
        self, value: Value, types: Sequence[str], kinds: Sequence[Kind] = ()
    ) -> StackResource | None:
        record(self, "names", *types)
        for name in named_in(value):
            record(self, "resource", name)
        name = self._identities.logical_id(value, types, kinds)
        if not name and (unknown := unknown_in(value)):
            raise UnknownValueError("", unknown)
        return self._evaluation.resources.get(name) if name else None

    def same(self, left: Value, right: Value) -> bool | None:
        """Return whether two values are the same text; None when unknown."""
        self._ask_for_named(left, right)
        return self._identities.same(left, right)

    def logical_id(self, value: Value, *types: str) -> str:
        """Return the logical ID of the resource that a value identifies, or "" if unknown."""
        record(self, "names", *types)
        record(self, "asked", *types)
        self._ask_for_named(value)
        return self._identities.logical_id(value, types)

    def expanded(self, value: Value) -> Value:
        """Replace references by the names and ARNs that follow from the template."""
        self._ask_for_named(value)
        return self._identities.expanded(value)

    def _ask_for_named(self, *values: Value) -> None:
        for value in values:
            for name in named_in(value):
                record(self, "resource", name)
                record(self, "asked", name)

    @property
    def identities(self) -> Identities:
        """The names and ARNs of the stack's resources."""
        record(self, *RESOURCES)
        return self._identities

    @cached_property
    def _identities(self) -> Identities:
        return Identities(
            resources=self._evaluation.resources,
            context={
                "partition": self.values["AWS::Partition"],
                "region": self.values["AWS::Region"],
                "account": self.values["AWS::AccountId"],
            },
            names_of=self._read_values.of_names,
            shared=self.template.memo.setdefault(("names",), {}),
        )

    def read_again(self, read: Read) -> object:
        """Return what a recorded read gives on this stack, as a value to compare."""
        return self._read_values.again(read)

    def together(self, reads: Iterable[Read]) -> Read:
        """Return one read that represents several reads."""
        return together(self.template, reads)

    def with_conditions(self, conditions: Mapping[str, bool]) -> Stack:
        """Return the stack with further conditions forced; it keeps the problems found so far."""
        record(self, *EVERYTHING)
        return replace(self, forced={**self.forced, **conditions}, _found=[*self._found])

    def with_values(self, values: Mapping[str, Value]) -> Stack:
        """Evaluate again with other values for Ref, under the same conditions."""
        record(self, *EVERYTHING)
        changed: Mapping[str, Value] = {**self.values, **values}
        found: list[Problem] = []
        other = replace(self, values=changed, forced=self.conditions, _found=found)
        evaluation = replace(self._evaluation, values=changed, forced=self.conditions, found=found)
        # The same conditions create the same resources.
        vars(evaluation).update(conditions=self.conditions, created=self._evaluation.created)
        vars(other)["_evaluation"] = evaluation
        return other

    def evaluator(self, *, with_resources: bool = True) -> Evaluator:
        """Return an evaluator for resources and outputs, or for conditions and rules."""
        return self._evaluation.evaluator(with_resources=with_resources)

    @cached_property
    def _evaluation(self) -> Evaluation:
        return Evaluation(
            template=self.template,
            region=self.region,
            values=self.values,
            zones=self.zones,
            forced=self.forced,
            defaults=self.defaults,
            mappings_open=self.mappings_open,
            found=self._found,
        )

    @cached_property
    def _read_values(self) -> ReadValues:
        return ReadValues(evaluation=self._evaluation, texts=self.texts)
