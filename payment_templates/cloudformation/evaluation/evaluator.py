"""Evaluates the expressions of a template as far as possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from payment_templates.cloudformation.evaluation.attributes import CHOSEN, property_behind
from payment_templates.cloudformation.evaluation.resource_names import equals_ref, kind_of
from payment_templates.cloudformation.properties import FURTHER
from payment_templates.cloudformation.values import (
    Decision,
    Reference,
    Text,
    Unknown,
    Value,
    joined,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from payment_templates.cloudformation.template import Template

# The maximum number of resources that are followed from attribute to attribute.
_MOST_FOLLOWED = 10
# The limit for all texts of a stack together: nested variables can double a text at each level.
_MOST_CHARACTERS = 10_000_000
# The cost of a list entry besides its characters.
_ENTRY_CHARACTERS = 20
# They return true or false, and are allowed only in Conditions and Rules.
BOOLEAN_FUNCTIONS = frozenset(
    f"Fn::{name}"
    for name in (
        *("And", "Or", "Not", "Equals"),
        *("Contains", "EachMemberEquals", "EachMemberIn"),
    )
)
_NULL = "null values are not allowed in templates"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An error for which CloudFormation refuses the template, with its place."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class InvalidExpressionError(Exception):
    """An expression that CloudFormation refuses; the evaluator adds its place."""


@dataclass
class Budget:
    """Counts the characters that the functions of a stack create."""

    characters: int = 0

    def spend(self, characters: int) -> None:
        """Count characters; raises InvalidExpressionError above the limit."""
        self.characters += characters
        if self.characters > _MOST_CHARACTERS:
            raise InvalidExpressionError("the texts of the template are too long")


@dataclass(kw_only=True, eq=False)
class Evaluator:
    """Evaluates expressions of one template for one stack."""

    template: Template
    region: str
    functions: Mapping[str, Function]
    # Parameters and pseudo parameters.
    values: Mapping[str, Value]
    # Whether each resource is created.
    created: Mapping[str, Decision] = field(default_factory=dict[str, Decision])
    conditions: Mapping[str, Decision] = field(default_factory=dict[str, Decision])
    zones: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    # False while conditions and rules are evaluated, which cannot refer to resources.
    with_resources: bool = True
    # Whether a mapping without the entry that is asked for gives an unknown, and no problem.
    mappings_open: bool = False
    budget: Budget = field(default_factory=Budget)
    problems: list[Problem] = field(default_factory=list[Problem])
    _path: list[str] = field(default_factory=list[str])
    _undecided: int = 0
    _followed: int = 0

    def value(self, node: object, *path: str) -> Value:
        """Evaluate an expression; `path` is its place in the template. None means no value."""
        kept, self._path, self._undecided, self._followed = self._path, list(path), 0, 0
        try:
            return self._evaluate(node)
        except RecursionError:
            # For example, a deeply nested mapping value in deeply nested functions.
            self.problem("nested too deeply", *path)
            return Unknown(reason="it is nested too deeply")
        finally:
            self._path = kept

    def problem(self, message: str, *path: str) -> None:
        """Record a problem, unless it is in a branch that may not apply."""
        if not self._undecided:
            self.problems.append(Problem(place=".".join(path or self._path), message=message))

    def _evaluate(self, node: object) -> Value:
        if isinstance(node, str):
            return node
        if isinstance(node, dict):
            return self._object(cast("dict[str, object]", node))
        if isinstance(node, list):
            return self._list(cast("list[object]", node))
        if node is None:
            self.problem(_NULL)
            return None
        return cast("Value", node)

    def _list(self, nodes: list[object]) -> Value:
        found: list[Value] = []
        for index, entry in enumerate(nodes):
            if isinstance(entry, str):
                found.append(entry)
                continue
            self._path.append(str(index))
            value = self._evaluate(entry)
            self._path.pop()
            if value is not None:
                found.append(value)
        return cast("Value", nodes) if _is_unchanged(found, nodes) else found

    def _object(self, table: dict[str, object]) -> Value:
        if len(table) == 1:
            ((name, operand),) = table.items()
            if name == "Ref" or name.startswith("Fn::"):
                self._path.append(name)
                value = self._call(name, operand)
                self._path.pop()
                return value
        found: dict[str, Value] = {}
        for key, entry in table.items():
            if key == "Ref" or key.startswith("Fn::"):
                # A macro inside an object adds entries to the object.
                if key != FURTHER:
                    self.problem(f"{key} cannot have other keys beside it")
                found[FURTHER] = macro_result(key, entry)
                continue
            if isinstance(entry, str):
                found[key] = entry
                continue
            self._path.append(key)
            value = self._evaluate(entry)
            self._path.pop()
            if value is not None:
                found[key] = value
        unchanged = _is_unchanged(found.values(), table.values())
        return cast("Value", table) if unchanged else found

    def _call(self, name: str, operand: object) -> Value:
        function = self.functions.get(name)
        if function is None:
            if name in BOOLEAN_FUNCTIONS:
                self.problem(f"{name} can be used only in Conditions and Rules")
            return macro_result(name, operand)
        try:
            value = function(self, operand)
            # Every use of a long parameter or mapping counts.
            if isinstance(value, str):
                self.budget.spend(len(value))
            elif isinstance(value, list):
                self.budget.spend(_ENTRY_CHARACTERS * len(value))
        except InvalidExpressionError as error:
            self.problem(str(error))
            return Unknown(reason=str(error))
        return value

    def evaluate(self, operand: object, *steps: str) -> Value:
        """Evaluate an operand; `steps` are its keys below the current place."""
        self._path += steps
        value = self._evaluate(operand)
        del self._path[len(self._path) - len(steps) :]
        return value

    def operands(self, operand: object, *counts: int) -> list[object]:
        """Return a list of operands; raises InvalidExpressionError for another count."""
        found = cast("list[object]", operand) if isinstance(operand, list) else []
        if len(found) not in counts:
            wanted = " or ".join(map(str, counts))
            raise InvalidExpressionError(f"a list of {wanted} operands is expected")
        return found

    def evaluated(self, operand: object) -> Value:
        """Evaluate an operand; raises InvalidExpressionError if it has no value."""
        value = self._evaluate(operand)
        if value is None:
            raise InvalidExpressionError("an operand has no value")
        return value

    def text(self, operand: object) -> str | Reference | Unknown | Text:
        """Evaluate an operand to text; raises InvalidExpressionError for a list or object."""
        value = joined((self.evaluated(operand),))
        if value is None:
            raise InvalidExpressionError("text is expected, not a list or an object")
        return value

    def joined(self, parts: Sequence[Value]) -> Value:
        """Join values to text; raises InvalidExpressionError if all texts together are too long."""
        self.budget.spend(sum(len(str(part)) for part in parts))
        return joined(parts)

    def reference(self, name: str, attribute: str = "") -> Value:
        """Return the reference to a resource or an attribute; raises InvalidExpressionError."""
        resource = self.template.resources.get(name)
        if resource is None:
            if self.template.macros:
                reason = f"{name} is not in the template; {self.template.macros[0]} may add it"
                return Unknown(reason=reason, source=f"{name}.{attribute}")
            raise InvalidExpressionError(f"the template has no resource or parameter {name}")
        if not self.with_resources:
            raise InvalidExpressionError(f"a condition or rule cannot refer to the resource {name}")
        if self.created.get(name) is False:
            raise InvalidExpressionError(f"{name} is not created under these conditions")
        known: dict[tuple[str, str], Reference] = self.template.memo.setdefault(("references",), {})
        found = known.get((name, attribute))
        if found is None:
            own = "" if equals_ref(resource.type, attribute) else attribute
            kind = kind_of(resource.type, own)
            found = Reference(logical_id=name, attribute=own, kind=kind)
            known[name, attribute] = found
        return found

    def attribute(self, name: str, attribute: str) -> Value:
        """Return the value of an attribute: that of its property if it has one, else a reference.

        Raises InvalidExpressionError as `reference`.
        """
        reference = self.reference(name, attribute)
        if not isinstance(reference, Reference) or not reference.attribute:
            return reference
        return self._property_of(reference)

    def _property_of(self, reference: Reference) -> Value:
        """Return the value of the property behind an attribute, or else the reference itself."""
        resource = self.template.resources.get(reference.logical_id)
        name = property_behind(resource, reference.attribute) if resource else ""
        if resource is None or not name or self._followed > _MOST_FOLLOWED:
            return reference
        self._followed += 1
        # What is wrong with the property is found where it is written.
        value = self.branch(cast("dict[str, object]", resource.properties).get(name))
        self._followed -= 1
        if value is None and name in CHOSEN:
            reason = f"the template does not state the {name} of {reference.logical_id}"
            return Unknown(reason=reason, source=str(reference)[2:-1])
        # The text of a list is not that of the property.
        return reference if value is None or isinstance(value, (list, dict)) else value

    def branch(self, operand: object) -> Value:
        """Evaluate a branch that may not apply, without reporting its problems."""
        self._undecided += 1
        try:
            return self._evaluate(operand)
        finally:
            self._undecided -= 1


def _is_unchanged(found: Collection[Value], nodes: Collection[object]) -> bool:
    """Return whether every node is its own value, so that the template's object can be shared."""
    return len(found) == len(nodes) and all(map(is_, found, nodes))


def macro_result(name: str, operand: object) -> Unknown:
    """Return the unknown result of a function that a macro evaluates."""
    called: Any = cast("Any", operand).get("Name") if isinstance(operand, dict) else None
    if name == FURTHER and isinstance(called, str):
        return Unknown(reason=f"the macro {called} decides it")
    return Unknown(reason=f"{name} is evaluated by a macro")


# Evaluates one intrinsic function, given its operand as written in the template.
Function: TypeAlias = "Callable[[Evaluator, object], Value]"
