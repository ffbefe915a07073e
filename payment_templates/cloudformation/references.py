"""Finds the parameters, resources and conditions that an expression refers to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation.parameters import PSEUDO_PARAMETERS
from payment_templates.cloudformation.values import Decision, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation.template import Template

_REFERRING = frozenset({"Condition", "Fn::GetAtt", "Fn::If", "Fn::Sub", "Ref"})
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


def references_in(
    expression: object, conditions: Mapping[str, Decision] | None = None
) -> Iterator[str]:
    """Yield every parameter and resource in Ref, Fn::GetAtt and Fn::Sub of an expression.

    With conditions, branches of Fn::If that do not apply are omitted.
    """
    return (name for name, _ in attributes_in(expression, conditions))


def attributes_in(
    expression: object, conditions: Mapping[str, Decision] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield every reference as in references_in, with its attribute; "" for Ref."""
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += reversed(cast("list[object]", node))
        if not isinstance(node, dict):
            continue
        entries = cast("dict[str, Any]", node)
        # Most objects are no function; a pattern for each function took twice as long.
        match next(iter(entries.items())) if len(entries) == 1 else None:
            case "Ref", str(name):
                yield name, ""
            case "Fn::GetAtt", operand:
                yield from _of_attribute(operand, pending)
            case "Fn::Sub", operand:
                yield from _of_text(operand, pending)
            case "Fn::If", [str(name), then, otherwise]:
                pending += _branches(name, then, otherwise, conditions)
            case _:
                pending += reversed(entries.values())


def names_in(expression: object) -> set[str]:
    """Return the parameters, resources and conditions that an expression refers to, in one walk.

    The same as references_in and conditions_in together.
    """
    found: set[str] = set()
    pending: list[object] = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += cast("list[object]", node)
        elif isinstance(node, dict):
            entries = cast("dict[str, object]", node)
            for key, entry in entries.items():
                if not isinstance(entry, str):
                    pending.append(entry)
                if key in _REFERRING:
                    found |= _named_by(key, entry, alone=len(entries) == 1)
    return found


def conditions_in(expression: object) -> list[str]:
    """Return the conditions that an expression refers to by Condition or Fn::If."""
    found: list[str] = []
    for function, operand in calls_in(expression):
        match function, operand:
            case "Condition", str(name):
                found.append(name)
            case "Fn::If", [str(name), _, _]:
                found.append(name)
            case _:
                pass
    return found


def calls_in(expression: object) -> Iterator[tuple[str, Any]]:
    """Yield every key of every object in an expression, with its value."""
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            for key, entry in cast("dict[str, object]", node).items():
                yield key, entry
                pending.append(entry)
        elif isinstance(node, list):
            pending += cast("list[object]", node)


def branches_in(
    expression: object, when: frozenset[tuple[str, bool]] = frozenset()
) -> dict[frozenset[tuple[str, bool]], set[str]]:
    """Return the references of each branch of Fn::If, by the conditions that lead to it.

    References outside of any branch are those of `when`. A branch without references is included.
    """
    found: dict[frozenset[tuple[str, bool]], set[str]] = {when: set()}
    pending: list[tuple[object, frozenset[tuple[str, bool]]]] = [(expression, when)]
    while pending:
        node, guards = pending.pop()
        names = found.setdefault(guards, set())
        if isinstance(node, list):
            pending += [(entry, guards) for entry in cast("list[object]", node)]
        if not isinstance(node, dict):
            continue
        match cast("dict[str, Any]", node):
            case {"Fn::If": [str(name), then, otherwise]}:
                pending += [(then, guards | {(name, True)}), (otherwise, guards | {(name, False)})]
            case {"Ref": str()} | {"Fn::Sub": str()} | {"Fn::GetAtt": _} as reference:
                names.update(references_in(reference))
            case {"Fn::Sub": [text, values]}:
                names.update(references_in({"Fn::Sub": text}))
                pending.append((values, guards))
            case entries:
                pending += [(entry, guards) for entry in entries.values()]
    return found


def texts_in(expression: object) -> frozenset[str]:
    """Return every text in an expression that is no name of a function."""
    found: set[str] = set()
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            found.add(node)
        elif isinstance(node, dict):
            pending += cast("dict[str, object]", node).values()
        elif isinstance(node, list):
            pending += cast("list[object]", node)
    return frozenset(found)


def dangling(template: Template) -> tuple[str, ...]:
    """Return CloudFormation's error messages for references to names that do not exist.

    And for two things of one name. The wording is from github.com/serverless/serverless/issues/4745
    and, for conditions, github.com/aws-samples/aws-refarch-moodle/pull/64; of names, from
    github.com/aws-cloudformation/cfn-lint/issues/1689.
    """
    if template.macros:
        return ()
    parameters = {*template.parameters, *PSEUDO_PARAMETERS}
    known = {*parameters, *template.resources}
    expressions = [it.expression for it in template.conditions.values()]
    found = (
        ["Template error: all resources and parameters must have unique names"]
        if template.parameters.keys() & template.resources.keys()
        else []
    )
    found += [
        f"Unresolved dependencies [{name}]. "
        "Cannot reference resources in the Conditions block of the template"
        for name in sorted({*references_in(expressions)} - parameters)
    ]
    for section, nodes, named in _sections(template):
        missing = ({*references_in(nodes)} | {*named}) - known
        if missing:
            found.append(
                f"Unresolved resource dependencies [{', '.join(sorted(missing))}] "
                f"in the {section} block of the template"
            )
        conditions = {*_conditions_of(section, template), *_decided_by_if(nodes)}
        found += [
            f"Unresolved condition dependency {name} in the {section} block of the template"
            for name in sorted(conditions - {*template.conditions})
        ]
    return tuple(found)


def _sections(template: Template) -> Iterator[tuple[str, list[object], list[str]]]:
    resources = template.resources.values()
    nodes: list[object] = [
        it for resource in resources for it in resource.expressions if it is not resource.metadata
    ]
    yield "Resources", nodes, [name for resource in resources for name in resource.depends_on]
    outputs = template.outputs.values()
    yield "Outputs", [part for it in outputs for part in (it.value, it.export)], []


def _conditions_of(section: str, template: Template) -> Iterator[str]:
    entries = template.resources if section == "Resources" else template.outputs
    yield from (it.condition for it in entries.values() if it.condition is not None)


def _decided_by_if(nodes: list[object]) -> Iterator[str]:
    for function, operand in calls_in(nodes):
        match function, operand:
            case "Fn::If", [str(name), _, _]:
                yield name
            case _:
                pass


def _named_by(function: str, operand: Any, *, alone: bool) -> set[str]:  # noqa: ANN401 - JSON.
    match function, operand:
        case "Condition", str(name):
            return {name}
        case "Fn::If", [str(name), _, _]:
            return {name}
        case "Ref", str(name) if alone:
            return {name}
        case "Fn::GetAtt", _ if alone:
            return {name for name, _ in _of_attribute(operand, [])}
        case "Fn::Sub", _ if alone:
            return {name for name, _ in _of_text(operand, [])}
        case _:
            return set()


def _of_attribute(operand: object, pending: list[Any]) -> Iterator[tuple[str, str]]:
    if isinstance(operand, str):
        yield _divided(operand)
    elif isinstance(operand, list) and operand:
        first, *others = cast("list[object]", operand)
        if isinstance(first, str):
            yield first, ".".join(it for it in others if isinstance(it, str))
        pending += others


def _of_text(operand: object, pending: list[Any]) -> Iterator[tuple[str, str]]:
    text, given = operand, cast("object", {})
    if isinstance(operand, list) and len(cast("list[object]", operand)) > 1:
        text, given = cast("list[object]", operand)[:2]
    local = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    pending += local.values()
    if isinstance(text, str):
        for variable in _VARIABLE.findall(text):
            name = variable.strip()
            if name not in local:
                yield _divided(name)


def _divided(name: str) -> tuple[str, str]:
    logical_id, _, attribute = name.partition(".")
    return logical_id, attribute


def _branches(
    name: str, then: object, otherwise: object, conditions: Mapping[str, Decision] | None
) -> list[object]:
    decision = None if conditions is None else conditions.get(name)
    if decision is None or isinstance(decision, Unknown):
        return [otherwise, then]
    return [then if decision else otherwise]
