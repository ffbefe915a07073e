"""Evaluates intrinsic functions as far as their operands are known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation.evaluation.evaluator import (
    Evaluator,
    Function,
    InvalidExpressionError,
    macro_result,
)
from payment_templates.cloudformation.values import (
    Reference,
    Text,
    Unknown,
    Value,
    call_name,
    equal,
    joined,
    unknown_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[\w.:]+", re.ASCII)
# Fn::Cidr: "Valid range is between 1 and 256":
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
_MOST_BLOCKS = 256
_LONGEST_INDEX = 9
# The memory of a list entry, in characters.
_ENTRY_CHARACTERS = 50


def opaque(function: str, operands: Sequence[Value], reason: str = "") -> Unknown:
    """Return the unknown result of a function; results for equal operands are equal."""
    unknown = next((found for operand in operands if (found := unknown_in(operand))), None)
    return Unknown(
        reason=reason
        or (unknown.reason if unknown else f"only AWS knows the operand of {function}"),
        parameter=unknown.parameter if unknown else "",
        source=call_name(function, operands),
    )


def _ref(self: Evaluator, operand: object) -> Value:
    if not isinstance(operand, str):
        raise InvalidExpressionError("the name of a parameter or resource is expected")
    if operand == "AWS::NoValue":
        return None
    if operand in self.values:
        return self.values[operand]
    return self.reference(operand)


def _get_att(self: Evaluator, operand: object) -> Value:
    if isinstance(operand, str):
        name, _, attribute = operand.partition(".")
        return _attribute(self, name, attribute)
    match cast("Any", operand):
        case [str(name), attribute]:
            value = self.text(attribute)
        case _:
            raise InvalidExpressionError("a resource and its attribute are expected")
    if isinstance(value, str):
        return _attribute(self, name, value)
    return opaque("Fn::GetAtt", [name, value])


def _attribute(self: Evaluator, name: str, attribute: str) -> Value:
    if not name or not attribute:
        raise InvalidExpressionError("a resource and its attribute are expected")
    return self.attribute(name, attribute)


def _sub(self: Evaluator, operand: object) -> Value:
    text, given = operand, cast("object", {})
    if isinstance(operand, list):
        text, given = self.operands(cast("object", operand), 2)
    if not isinstance(text, str):
        raise InvalidExpressionError("text, or text and its variables, is expected")
    if not isinstance(given, dict):
        raise InvalidExpressionError("the variables must be an object")
    local = {key: self.evaluate(it, key) for key, it in cast("dict[str, object]", given).items()}
    parts: list[Value] = []
    for index, piece in enumerate(_VARIABLE.split(text)):
        if index % 2 == 0:
            parts.append(piece)
        elif piece.startswith("!"):
            parts.append(f"${{{piece[1:]}}}")
        else:
            parts.append(_variable(self, piece.strip(), local))
    found = self.joined(parts)
    if found is None:
        raise InvalidExpressionError("a variable is a list, an object or has no value")
    return found


def _variable(self: Evaluator, name: str, local: Mapping[str, Value]) -> Value:
    if name in local:
        return local[name]
    if not _NAME.fullmatch(name):
        raise InvalidExpressionError(
            f"${{{name}}}: a variable has letters, digits, underscores, periods and colons"
        )
    return _get_att(self, name) if "." in name else _ref(self, name)


def _join(self: Evaluator, operand: object) -> Value:
    delimiter, entries = self.operands(operand, 2)
    if not isinstance(delimiter, str):
        raise InvalidExpressionError("the delimiter must be text")
    values = self.evaluated(entries)
    if isinstance(values, (Unknown, Reference)):
        writer = _writer_endpoint(self, delimiter, entries)
        return opaque("Fn::Join", [delimiter, values]) if writer is None else writer
    if not isinstance(values, list):
        raise InvalidExpressionError("the second operand must be a list")
    parts: list[Value] = []
    for entry in values:
        parts += [delimiter, entry] if parts else [entry]
    found = self.joined(parts)
    if found is None:
        raise InvalidExpressionError("the list must hold text, not lists or objects")
    return found


def _writer_endpoint(self: Evaluator, delimiter: str, entries: object) -> Value:
    """Return the writer endpoint that a template makes from the reader endpoint, or None.

    Without "-ro" the one is the other:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    match cast("Any", entries):
        case {"Fn::Split": [".cluster-ro-", source]} if delimiter == ".cluster-":
            reader = self.evaluate(source)
        case _:
            return None
    if isinstance(reader, Reference) and reader.attribute == "ReadEndpoint.Address":
        return self.reference(reader.logical_id, "Endpoint.Address")
    return None


def _split(self: Evaluator, operand: object) -> Value:
    delimiter, source = self.operands(operand, 2)
    if not isinstance(delimiter, str) or not delimiter:
        raise InvalidExpressionError("the delimiter must be text that is not empty")
    value = self.text(source)
    if isinstance(value, str):
        self.budget.spend(_ENTRY_CHARACTERS * value.count(delimiter))
        return list(value.split(delimiter))
    if isinstance(value, Text) and delimiter == "," and all(map(_has_no_comma, value.parts)):
        return _split_text(value)
    return opaque("Fn::Split", [delimiter, value])


def _has_no_comma(part: str | Reference | Unknown) -> bool:
    # IDs and ARNs contain no comma, so a joined list of them can be split again.
    return isinstance(part, str) or (isinstance(part, Reference) and part.kind in {"arn", "id"})


def _split_text(text: Text) -> Value:
    entries: list[list[Value]] = [[]]
    for part in text.parts:
        if not isinstance(part, str):
            entries[-1].append(part)
            continue
        first, *others = part.split(",")
        entries[-1].append(first)
        more: list[list[Value]] = [[other] for other in others]
        entries += more
    return [joined(entry) for entry in entries]


def _select(self: Evaluator, operand: object) -> Value:
    at, source = self.operands(operand, 2)
    index = self.text(at)
    entries = self.evaluated(source)
    if isinstance(entries, (Unknown, Reference)) or not isinstance(index, str):
        return opaque("Fn::Select", [index, entries])
    if not index.isdecimal() or len(index) > _LONGEST_INDEX:
        raise InvalidExpressionError(f"the index {index[:40]!r} is not a whole number")
    if not isinstance(entries, list):
        raise InvalidExpressionError("the second operand must be a list")
    if int(index) >= len(entries):
        raise InvalidExpressionError(_beyond(self, entries, int(index)))
    found: Sequence[Value] = entries
    return found[int(index)]


def _beyond(self: Evaluator, entries: Sequence[Value], index: int) -> str:
    for region, zones in self.zones.items():
        if zones and [*entries] == [*zones]:
            return (
                f"{region} has only {len(zones)} zones, and the template takes at least "
                f"{index + 1}: choose another region"
            )
    return f"index {index} is beyond a list of {len(entries)}"


def _if(self: Evaluator, operand: object) -> Value:
    name, then, otherwise = self.operands(operand, 3)
    if not isinstance(name, str) or name not in self.conditions:
        raise InvalidExpressionError(f"the template has no condition {name}")
    decision = self.conditions[name]
    if not isinstance(decision, Unknown):
        return self.evaluate(then if decision else otherwise)
    choices = (self.branch(then), self.branch(otherwise))
    if equal(*choices):
        return choices[0]
    return Unknown(
        reason=f"the condition {name} is not decided: {decision.reason}",
        parameter=decision.parameter,
        source=call_name("Fn::If", (name, *choices)),
        choices=choices,
    )


def _find_in_map(self: Evaluator, operand: object) -> Value:
    found = self.operands(operand, 3, 4)
    keys = [self.text(key) for key in found[:3]]
    if not all(isinstance(key, str) for key in keys):
        return opaque("Fn::FindInMap", keys)
    name, top, second = map(str, keys)
    table = self.template.mappings.get(name, {}).get(top, {})
    if second in table:
        return _literal(table[second])
    default = found[3] if len(found) > len(keys) else None
    if isinstance(default, dict) and "DefaultValue" in default:
        return self.evaluate(cast("dict[str, object]", default)["DefaultValue"])
    if self.template.macros:
        return opaque("Fn::FindInMap", keys, f"a macro may add {name}.{top}.{second}")
    if self.mappings_open:
        reason = f"the template has no mapping {name}.{top}.{second}, for {self.region}"
        return opaque("Fn::FindInMap", keys, reason)
    raise InvalidExpressionError(f"the template has no mapping {name}.{top}.{second}")


def _literal(value: object) -> Value:
    if value is None or isinstance(value, dict):
        raise InvalidExpressionError("every Mappings attribute must be a String or a List")
    return cast("Value", value)


def _base64(self: Evaluator, operand: object) -> Value:
    value = self.text(operand)
    if isinstance(value, str):
        self.budget.spend(2 * len(value))
        return b64encode(value.encode(errors="replace")).decode()
    return opaque("Fn::Base64", [value])


def _cidr(self: Evaluator, operand: object) -> Value:
    block, *sizes = [self.text(it) for it in self.operands(operand, 2, 3)]
    if not isinstance(block, str) or not all(isinstance(size, str) for size in sizes):
        return opaque("Fn::Cidr", [block, *sizes])
    numbers = [str(size) for size in sizes]
    if not all(map(str.isdecimal, numbers)):
        raise InvalidExpressionError("a block, a count and a number of bits are expected")
    count, *bits = (int(number[:_LONGEST_INDEX]) for number in numbers)
    if not 1 <= count <= _MOST_BLOCKS:
        raise InvalidExpressionError(f"the count {count} is not between 1 and {_MOST_BLOCKS}")
    if not bits:
        return opaque("Fn::Cidr", [block, *sizes], "Fn::Cidr without a number of bits")
    return _blocks(block, count, bits[0])


def _blocks(block: str, count: int, bits: int) -> Value:
    try:
        network = ip_network(block)
        parts = network.subnets(new_prefix=network.max_prefixlen - bits)
        found = [str(part) for part in islice(parts, count)]
    except ValueError as error:
        raise InvalidExpressionError(f"{block[:60]} cannot be divided: {error}") from error
    if len(found) < count:
        raise InvalidExpressionError(f"{block} has {len(found)} blocks of {bits} bits, not {count}")
    return cast("Value", found)


def _get_azs(self: Evaluator, operand: object) -> Value:
    # `!GetAZs` without an operand means "", the region of the stack.
    region = "" if operand is None else self.text(operand)
    if not isinstance(region, str):
        return opaque("Fn::GetAZs", [region])
    found = self.zones.get(region or self.region)
    if found is None:
        return opaque("Fn::GetAZs", [region or self.region], "only the account knows its zones")
    return list(found)


def _import_value(self: Evaluator, operand: object) -> Value:
    name = self.text(operand)
    return opaque("Fn::ImportValue", [name], f"{name} is imported from another stack")


def _get_stack_output(self: Evaluator, operand: object) -> Value:
    value = self.evaluated(operand)
    return opaque("Fn::GetStackOutput", [value], "it is the output of another stack")


def _to_json(self: Evaluator, operand: object) -> Value:
    value = self.evaluated(operand)
    if isinstance(value, (Unknown, Reference)):
        return opaque("Fn::ToJsonString", [value])
    found = self.joined(list(_json_parts(value)))
    return opaque("Fn::ToJsonString", [value]) if found is None else found


def _json_parts(value: Value) -> Iterator[Value]:
    if isinstance(value, (Reference, Unknown, Text)):
        yield '"'
        for part in value.parts if isinstance(value, Text) else (value,):
            yield json.dumps(part)[1:-1] if isinstance(part, str) else part
        yield '"'
    elif isinstance(value, Mapping):
        for index, (key, entry) in enumerate(value.items()):
            yield ("," if index else "{") + json.dumps(key) + ":"
            yield from _json_parts(entry)
        yield "}" if value else "{}"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, entry in enumerate(value):
            yield "," if index else "["
            yield from _json_parts(entry)
        yield "]" if value else "[]"
    else:
        yield json.dumps(value)


def _length(self: Evaluator, operand: object) -> Value:
    value = self.evaluated(operand)
    if isinstance(value, (Unknown, Reference)):
        return opaque("Fn::Length", [value])
    if not isinstance(value, list):
        raise InvalidExpressionError("a list is expected")
    return len(value)


def _transform(_self: Evaluator, operand: object) -> Value:
    return macro_result("Fn::Transform", operand)


def _value_of(self: Evaluator, operand: object) -> Value:
    parameter, attribute = (self.text(it) for it in self.operands(operand, 2))
    return opaque("Fn::ValueOf", [parameter, attribute], "only the account knows it")


def _value_of_all(self: Evaluator, operand: object) -> Value:
    kind, attribute = (self.text(it) for it in self.operands(operand, 2))
    return opaque("Fn::ValueOfAll", [kind, attribute], "only the account knows them")


def _ref_all(self: Evaluator, operand: object) -> Value:
    return opaque("Fn::RefAll", [self.text(operand)], "only the account knows them")


FUNCTIONS: Mapping[str, Function] = {
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": _get_att,
    "Fn::GetStackOutput": _get_stack_output,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::RefAll": _ref_all,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _transform,
    "Fn::ValueOf": _value_of,
    "Fn::ValueOfAll": _value_of_all,
    "Ref": _ref,
}
