"""Recognizes responses that are not AWS's: a captive portal's page, an empty or truncated body.

botocore retries no response that it cannot parse, and reads some of them as an empty result. Such a
response counts as a network failure: it is retried, and then ends the command.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import HTTPClientError
from botocore.parsers import ResponseParserFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import Shape

    Parse = Callable[[dict[str, Any], Any], dict[str, Any]]

# No AWS error code; marks the result of a response that cannot be read.
UNREADABLE = "payment-templates-unreadable"
# botocore retries this status in the same way as a lost connection.
_BAD_GATEWAY = 502
_FIRST_ERROR = 300
_SHOWN_BYTES = 40
_PROLOGUE = rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_HTML = re.compile(_PROLOGUE + rb"<(?:!doctype\s+)?html\b", re.DOTALL | re.IGNORECASE)
# The root of every response in these protocols: smithy.io/2.0/aws/protocols/aws-query-protocol.html
# and aws-ec2-query-protocol.html.
_ALWAYS_XML = frozenset({"query", "ec2"})
_RESPONSE = re.compile(_PROLOGUE + rb"<(?:\w+:)?\w*Response\b", re.DOTALL)
# The major type of a CBOR map, in the first three bits: RFC 8949, section 3.1.
_CBOR_MAP = 5


class UnreadableResponseError(HTTPClientError):
    """A response that is not AWS's, after all attempts."""

    fmt = "{operation}: the response is not from AWS (HTTP status {status}, {content})"


class Parsers(ResponseParserFactory):
    """Creates botocore's parsers; what they cannot read becomes the result UNREADABLE."""

    def create_parser(self, protocol_name: str) -> Any:  # noqa: ANN401 - a parser of botocore.
        """Return the parser of a protocol."""
        parser: Any = super().create_parser(protocol_name)
        parser.parse = _checked(parser.parse, protocol_name)
        return parser


def retry_unreadable(**attempt: Any) -> None:  # noqa: ANN401 - botocore's event arguments
    """Let botocore retry an unreadable response."""
    if attempt["response"] and _is_unreadable(attempt["response"][1]):
        attempt["response"][0].status_code = _BAD_GATEWAY


def refuse_unreadable(**call: Any) -> None:  # noqa: ANN401 - botocore's event arguments
    """Raise UnreadableResponseError after the last attempt."""
    if _is_unreadable(call["parsed"]):
        raise UnreadableResponseError(**call["parsed"]["Error"])


def _is_unreadable(parsed: dict[str, Any]) -> bool:
    return bool(parsed.get("Error", {}).get("Code") == UNREADABLE)


def _checked(parse: Parse, protocol: str) -> Parse:
    def parse_or_mark(response: dict[str, Any], shape: Any) -> dict[str, Any]:  # noqa: ANN401 - see above.
        try:
            if not _is_foreign(response, shape, protocol):
                return parse(response, shape)
        except Exception:  # noqa: BLE001, S110 - it also stumbles over missing keys and wrong types.
            pass
        return _unreadable(response)

    return parse_or_mark


def _unreadable(response: dict[str, Any]) -> dict[str, Any]:
    status, body = response["status_code"], response["body"]
    content = repr(body[:_SHOWN_BYTES])[1:] if isinstance(body, bytes) and body else "empty"
    error = {
        "Code": UNREADABLE,
        "Message": "",
        "operation": response["context"]["operation_name"],
        "status": status,
        "content": content,
    }
    # botocore's handler for S3 copies this status to the HTTP response.
    metadata: dict[str, Any] = {"HTTPStatusCode": _BAD_GATEWAY, "HTTPHeaders": {}}
    return {"Error": error, "ResponseMetadata": metadata}


def _is_foreign(response: dict[str, Any], shape: Shape | None, protocol: str) -> bool:
    """Return whether botocore's parser would take the response for AWS's although it is not."""
    body: object = response["body"]
    if not isinstance(body, bytes):
        # A stream: nothing of it has been read.
        return False
    if _HTML.match(body):
        return True
    if response["status_code"] >= _FIRST_ERROR:
        return bool(body) and "json" in protocol and _json(body) is None
    return _is_foreign_result(body, shape, protocol)


def _is_foreign_result(body: bytes, shape: Shape | None, protocol: str) -> bool:
    if not body:
        # In the other protocols, an operation may have no result.
        return protocol in _ALWAYS_XML or _has_content(shape)
    if protocol in _ALWAYS_XML:
        return not _RESPONSE.match(body)
    if "cbor" in protocol:
        return body[0] >> 5 != _CBOR_MAP
    # The body of a REST operation may be its payload.
    return "json" in protocol and _has_content(shape) and not _is_result(_json(body), shape)


def _is_result(found: dict[str, Any] | None, shape: Any) -> bool:  # noqa: ANN401 - see below.
    """Return whether an object may be AWS's: a proxy's message has none of the result's keys."""
    if not found:
        # AWS may leave out every key.
        return found is not None
    names = {one.serialization.get("name", name) for name, one in shape.members.items()}
    return not names.isdisjoint(found)


def _has_content(shape: Any) -> bool:  # noqa: ANN401 - the stub omits members.
    """Return whether the result is in the body, as a document."""
    if shape is None or "payload" in shape.serialization:
        return False
    members: list[Any] = list(shape.members.values())
    return any("location" not in member.serialization for member in members)


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        found: object = json.loads(body)
    except ValueError:
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None
