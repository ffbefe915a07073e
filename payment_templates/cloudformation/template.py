"""Represents a template as written in its file, before evaluation."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from payment_templates.cloudformation.parameters import Parameter

# An expression in a template: plain JSON with unevaluated functions.
Json = dict[str, Any]
_Made = TypeVar("_Made")
# CreateStack accepts this many bytes in the request, and more through S3:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_BYTES_INLINE = 51_200
MOST_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource as declared in the template; its attributes are unevaluated expressions."""

    logical_id: str
    type: str
    properties: object
    condition: str | None = None
    depends_on: tuple[str, ...] = ()
    # None if absent; evaluation replaces an absent policy by AWS's default.
    deletion_policy: object = None
    update_replace_policy: object = None
    metadata: object = None
    creation_policy: object = None
    update_policy: object = None

    @property
    def expressions(self) -> tuple[object, ...]:
        """All attributes of the resource that may contain references."""
        parts = (
            *(self.properties, self.metadata, self.creation_policy, self.update_policy),
            # With the transform AWS::LanguageExtensions.
            *(self.deletion_policy, self.update_replace_policy),
        )
        return tuple(part for part in parts if part is not None)

    def asked(self, parts: Collection[str]) -> tuple[object, ...] | None:
        """Return the expressions that readers of some parts read; None if they read none.

        A part is a type, a logical ID, or a property of a type: see `part_of`.
        """
        if self.type in parts or self.logical_id in parts:
            return self.expressions
        names = {each.rpartition(".")[2] for each in parts if each.startswith(f"{self.type}.")}
        if not names:
            return None
        is_object = isinstance(self.properties, dict)
        written = cast("Json", self.properties) if is_object else {}
        # A function in the place of the properties decides all of them.
        if not is_object or any(name.startswith("Fn::") for name in written):
            return self.expressions
        return tuple(value for name, value in written.items() if name in names)


def part_of(resource_type: str, name: str) -> str:
    """Return the text that asks for one property of a type, instead of the whole type."""
    return f"{resource_type}.{name}"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A named condition."""

    name: str
    expression: object


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """An assertion of a rule: an expression about the parameters that must be true."""

    expression: object
    description: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule that CloudFormation checks before it creates or updates the stack."""

    name: str
    # None: the assertions always apply.
    condition: object
    assertions: tuple[Assertion, ...]

    @property
    def expressions(self) -> list[object]:
        """The expressions of its condition and its assertions."""
        return [self.condition, *(each.expression for each in self.assertions)]


@dataclass(frozen=True, kw_only=True)
class Output:
    """An output of the stack; its value and export name are expressions."""

    name: str
    value: object
    description: object = None
    condition: str | None = None
    export: object = None


# Compared by identity, so that derived values can be cached.
@dataclass(frozen=True, kw_only=True, eq=False)
class Template:
    """A CloudFormation template."""

    # The file name, or another name for messages.
    name: str
    text: str
    language: Literal["JSON", "YAML"]
    # The whole template as plain JSON; YAML short forms are converted: !Sub to Fn::Sub.
    document: Json
    parameters: Mapping[str, Parameter]
    # By map name, top-level key and second-level key.
    mappings: Mapping[str, Mapping[str, Mapping[str, object]]]
    conditions: Mapping[str, Condition]
    rules: Mapping[str, Rule]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Output]
    transforms: tuple[str, ...]
    # The macros and loops that may add entries to the template; empty if it is complete.
    macros: tuple[str, ...]
    # Returns the line of each key; called when a line is first needed.
    read_lines: Callable[[], Mapping[tuple[str, ...], int]] = field(repr=False)
    # A cache for values derived from the template; each module uses its own keys.
    memo: dict[tuple[object, ...], Any] = field(default_factory=dict[tuple[object, ...], Any])

    def derived(self, make: Callable[[Template], _Made]) -> _Made:
        """Return `make(template)`, made once; `make` is a function of a module."""
        key = (make,)
        if key not in self.memo:
            self.memo[key] = make(self)
        return cast("_Made", self.memo[key])

    @property
    def bytes(self) -> int:
        """The template size in bytes, as CloudFormation counts it."""
        return len(self.text.encode())

    @property
    def fits_inline(self) -> bool:
        """Whether the template fits in a request, so that it need not be uploaded to S3."""
        return self.bytes <= MOST_BYTES_INLINE

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Return the declared resources of the given types, in the order of the template."""
        return tuple(resource for resource in self.resources.values() if resource.type in types)

    def line(self, *path: str) -> int:
        """Return the line of a key such as `"Resources", "Vpc", "Properties", "CidrBlock"`.

        A deeper key has the line of its nearest known parent, and the template has line 1.
        """
        for length in range(len(path), 0, -1):
            if found := self._lines.get(path[:length]):
                return found
        return 1

    @cached_property
    def _lines(self) -> Mapping[tuple[str, ...], int]:
        return self.read_lines()
