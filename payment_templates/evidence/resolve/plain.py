"""The intrinsic functions that need nothing but their operand, once that is resolved."""

from __future__ import annotations

from base64 import b64encode
from ipaddress import ip_network
from itertools import islice
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.errors import UnresolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payment_templates.evidence.resolve.values import Value


def _base64(operand: Value, _place: str) -> Value:
    return b64encode(operand.encode()).decode() if isinstance(operand, str) else operand


def _cidr(operand: Value, place: str) -> Value:
    match operand:
        case [block, count, bits]:
            pass
        case _:
            raise UnresolvedError(place, "a block, a count and a number of bits are expected")
    try:
        network = ip_network(str(block))
        parts = network.subnets(new_prefix=network.max_prefixlen - int(str(bits)))
        return [str(part) for part in islice(parts, int(str(count)))]
    except ValueError as error:
        raise UnresolvedError(place, str(error)) from error


def _split(operand: Value, place: str) -> Value:
    match operand:
        case [str(separator), str(text)] if separator:
            return list(text.split(separator))
        case _:
            raise UnresolvedError(place, "a separator and text that is known are expected")


PLAIN: Mapping[str, Callable[[Value, str], Value]] = {
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::Split": _split,
}
