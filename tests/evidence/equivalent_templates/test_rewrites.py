"""Another way to write the same template changes no verdict and no number."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING, Any, cast

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from payment_templates.cloudformation import references_in
from tests.evidence.equivalent_templates.test_spellings import (
    by_arn,
    by_equal_attribute,
    by_name,
    named,
    verdicts,
    verdicts_before,
)
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.evidence.changes import Json

# An IAM operator and one that decides the same where the value has no wildcard.
OPERATORS = {
    "ArnEquals": "ArnLike",
    "ArnLike": "ArnEquals",
    "StringEquals": "StringLike",
}
WILDCARD = re.compile(r"[*?]")
# In policies one value may be written without its list.
LISTS = {"Action", "Resource", "Statement"}


class Rewriter:
    """Writes a document in another way that CloudFormation and AWS read the same."""

    def __init__(self, document: Json, random: Random) -> None:
        self.document = document
        self.resources: Json = document["Resources"]
        self.before: Json = deepcopy(self.resources)
        self.random = random

    def rewrite(self) -> Json:
        """Rewrite about one place in four, and shuffle what has no order."""
        for name, resource in self.resources.items():
            before = self._named_in(resource)
            resource["Properties"] = self._follow(resource.get("Properties", {}))
            # A name or an ARN in text is no dependency: it is stated instead.
            stated: list[str] | str = resource.pop("DependsOn", [])
            others: set[str] = {stated} if isinstance(stated, str) else {*stated}
            others |= before - self._named_in(resource)
            if len(others) == 1 and self.random.random() < 0.5:
                resource["DependsOn"] = next(iter(others))
            elif others:
                resource["DependsOn"] = self._shuffled(sorted(others))
            self.resources[name] = dict(self._shuffled([*resource.items()]))
        for output in self.document["Outputs"].values():
            output["Value"] = self._follow(output["Value"])
        return self.document

    def _named_in(self, resource: Json) -> set[str]:
        return {*references_in(resource)} & {*self.resources}

    def _shuffled(self, entries: list[Any]) -> list[Any]:
        return self.random.sample(entries, len(entries))

    def _follow(self, node: Any, key: str = "") -> Any:  # noqa: ANN401 - as in CloudFormation.
        if isinstance(node, list):
            entries = [self._follow(entry) for entry in cast("list[object]", node)]
            alone = len(entries) == 1 and key in LISTS and self.random.random() < 0.5
            return entries[0] if alone else entries
        if isinstance(node, dict):
            table = cast("Json", node)
            if len(table) == 1 and next(iter(table)).startswith(("Ref", "Fn::")):
                return self._function(table)
            return {
                self._operator(name, entry): self._follow(entry, name)
                for name, entry in table.items()
            }
        return self._written(node)

    def _function(self, table: Json) -> object:
        ((function, operand),) = table.items()
        if function == "Fn::If":
            condition, *branches = operand
            return {function: [condition, *map(self._follow, branches)]}
        ways: list[Callable[[], object]] = []
        name, attribute = named(table)
        if name.startswith("AWS::NoValue"):
            return table
        resource = self.before.get(name)
        if resource and "Condition" not in resource:
            ways += [
                lambda: by_equal_attribute(resource, name, attribute),
                lambda: by_name(resource, name, attribute),
                lambda: by_arn(resource, name, attribute),
            ]
        if attribute:
            ways.append(lambda: {"Fn::GetAtt": f"{name}.{attribute}"})
        if name in self.resources:
            variable = f"{name}.{attribute}" if attribute else name
            ways += [
                lambda: {"Fn::Sub": f"${{{variable}}}"},
                lambda: {"Fn::Sub": ["${it}", {"it": table}]},
                lambda: {"Fn::Join": ["", [table]]},
            ]
        if function == "Fn::Sub" and isinstance(operand, str):
            no_variables: Json = {}
            ways += [
                lambda: {"Fn::Sub": [operand, no_variables]},
                lambda: {"Fn::Join": ["", self._parts(operand)]},
            ]
        if name in self.resources or function == "Fn::Sub":
            ways.append(lambda: {"Fn::Select": [0, [table]]})
        return self._one_of(ways, table)

    def _parts(self, text: str) -> list[object]:
        """Take a text with variables apart: texts, Ref and Fn::GetAtt."""
        parts: list[object] = []
        for number, part in enumerate(re.split(r"\$\{([^!}]+)\}", text)):
            if number % 2 == 0:
                parts += [part.replace("${!", "${")] if part else []
            elif "." in part:
                parts.append({"Fn::GetAtt": part.split(".", 1)})
            else:
                parts.append({"Ref": part})
        return parts

    def _written(self, value: object) -> object:
        if isinstance(value, bool):
            return self._one_of([lambda: str(value).lower()], value)
        if isinstance(value, int):
            return self._one_of([lambda: str(value)], value)
        if isinstance(value, str) and value and "${" not in value:
            at = self.random.randint(0, len(value) - 1)
            ways: list[Callable[[], object]] = [
                lambda: {"Fn::Sub": value},
                lambda: {"Fn::Join": ["", [value[:at], value[at:]]]},
                lambda: {"Fn::Join": [value[at], [value[:at], value[at + 1 :]]]},
                lambda: {"Fn::Select": ["1", ["", value]]},
            ]
            return self._one_of(ways, value)
        return value

    def _operator(self, name: str, entry: object) -> str:
        other = OPERATORS.get(name)
        exact = other and not WILDCARD.search(json.dumps(entry))
        return other if exact and other and self.random.random() < 0.5 else name

    def _one_of(self, ways: list[Callable[[], object]], otherwise: object) -> object:
        if not ways or self.random.random() > 0.25:
            return otherwise
        found = self.random.choice(ways)()
        return otherwise if found is None else found


# An example takes a second, and its seed says what it is: shrinking would only take minutes.
@settings(phases=[Phase.reuse, Phase.generate])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_equivalent_template_has_the_same_verdicts(seed: int) -> None:
    document = Rewriter(real_document(), Random(seed)).rewrite()  # noqa: S311 - no secret

    found = verdicts(json.dumps(document))

    assert found == verdicts_before()
