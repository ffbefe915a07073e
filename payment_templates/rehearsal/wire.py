"""Reads and writes AWS's wire formats, as botocore's service models describe them."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus
from uuid import uuid4
from xml.etree.ElementTree import Element, SubElement, tostring

from botocore.loaders import Loader
from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    ServiceModel,
    Shape,
    StructureShape,
)
from botocore.parsers import create_parser

from payment_templates.rehearsal.ministack import Headers, Reply
from payment_templates.rehearsal.query import Form, read_query

OK = 200
BAD_REQUEST = 400
_JSON_PROTOCOLS = frozenset({"json", "rest-json"})
_JSON = {"Content-Type": "application/x-amz-json-1.1"}
# One for all services, because each lists the services of botocore first.
_LOADER = Loader()
# A part of a path that is a parameter.
_LABEL = re.compile(r"\{(\w+)\}")
_XML = {"Content-Type": "text/xml"}
# The operation of a query request.
_ACTION = re.compile(rb"(?:^|&)Action=([^&]+)")


class ServiceError(Exception):
    """An error of a service, with AWS's error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def validation_error(message: str) -> ServiceError:
    """Return a ValidationError with the message."""
    return ServiceError("ValidationError", message)


@cache
def service_model(service: str) -> ServiceModel:
    """Load botocore's model of a service, by its boto3 name."""
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)


def members(shape: Shape | None) -> Collection[str]:
    """Return the member names of a structure; an operation without a request has none."""
    return shape.members.keys() if isinstance(shape, StructureShape) else ()


def operation_name(headers: Headers, body: bytes) -> str:
    """Return the operation of a JSON or query request."""
    target = headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2]
    # Reading the whole body takes milliseconds if it has a template, once for each correction.
    found = _ACTION.search(body)
    return unquote_plus(found[1].decode(errors="replace")) if found else ""


def parse(service: str, operation: str, body: bytes) -> dict[str, Any]:
    """Parse the parameters of a JSON or query request."""
    model = service_model(service)
    if model.resolved_protocol == "json":
        parameters: dict[str, Any] = json.loads(body or b"{}")
        return parameters
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    # What the shape forbids is not checked: boto3 checks it before it sends.
    return read_query(fields, model.operation_model(operation))[0]


def parse_rest(service: str, method: str, path: str, body: bytes) -> tuple[str, dict[str, Any]]:
    """Parse a REST-JSON request: the name of its operation, and its parameters.

    The name is empty if the service has no such operation.
    """
    for name in service_model(service).operation_names:
        http = service_model(service).operation_model(name).http
        pattern = _LABEL.sub(r"(?P<\1>.+)", http["requestUri"])
        found = re.fullmatch(pattern, path) if http["method"] == method else None
        if found:
            labels = {label: unquote(value) for label, value in found.groupdict().items()}
            return name, {**json.loads(body or b"{}"), **labels}
    return "", {}


def checked_query(form: Form, operation: OperationModel) -> dict[str, object]:
    """Read the parameters of a query request; raises ServiceError when the shape forbids them."""
    parameters, problems = read_query(form, operation)
    if problems:
        plural = "s" if len(problems) > 1 else ""
        raise validation_error(
            f"{len(problems)} validation error{plural} detected: {'; '.join(problems)}"
        )
    return parameters


def read_answer(service: str, operation: str, reply: Reply) -> dict[str, Any]:
    """Parse a response as the SDK does."""
    model = service_model(service)
    status, headers, body = reply
    raw = {
        "status_code": status,
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": body.encode() if isinstance(body, str) else body,
    }
    output = model.operation_model(operation).output_shape
    # The parser accepts None for an operation without output, contrary to its stub.
    parser: Any = create_parser(model.resolved_protocol)
    answer: dict[str, Any] = parser.parse(raw, output)
    return answer


def render(service: str, operation: str, result: Mapping[str, Any]) -> Reply:
    """Write the response of a JSON, query or EC2 operation."""
    model = service_model(service)
    if model.resolved_protocol in _JSON_PROTOCOLS:
        answer = {name: value for name, value in result.items() if name != "ResponseMetadata"}
        return OK, dict(_JSON), json.dumps(answer, default=_timestamp).encode()
    output = model.operation_model(operation).output_shape
    root = Element(f"{operation}Response", xmlns=str(model.metadata.get("xmlNamespace", "")))
    if output is not None:
        wrapper = output.serialization.get("resultWrapper")
        _write(output, result, SubElement(root, wrapper) if wrapper else root)
    SubElement(SubElement(root, "ResponseMetadata"), "RequestId").text = str(uuid4())
    return OK, dict(_XML), tostring(root)


def render_error(service: str, error: ServiceError) -> Reply:
    """Write an error, so that boto3 raises it with AWS's error code."""
    if service_model(service).resolved_protocol in _JSON_PROTOCOLS:
        body = json.dumps({"__type": error.code, "message": error.message})
        return BAD_REQUEST, dict(_JSON), body.encode()
    status = _status(service, error.code)
    root = Element("ErrorResponse")
    detail = SubElement(root, "Error")
    for name, text in (("Type", "Sender"), ("Code", error.code), ("Message", error.message)):
        SubElement(detail, name).text = text
    SubElement(root, "RequestId").text = str(uuid4())
    return status, dict(_XML), tostring(root)


def _status(service: str, code: str) -> int:
    for shape in service_model(service).error_shapes:
        details = shape.metadata.get("error", {})
        if details.get("code", shape.name) == code:
            return int(details.get("httpStatusCode", BAD_REQUEST))
    return BAD_REQUEST


def _write(shape: Shape, value: Any, element: Element) -> None:  # noqa: ANN401 - shaped by AWS's model
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if value.get(name) is not None:
                child = SubElement(element, member.serialization.get("name", name))
                _write(member, value[name], child)
    elif isinstance(shape, ListShape):
        item = shape.member.serialization.get("name", "member")
        for entry in value:
            _write(shape.member, entry, SubElement(element, item))
    elif isinstance(shape, MapShape):
        for key, entry in value.items():
            pair = SubElement(element, "entry")
            _write(shape.key, key, SubElement(pair, shape.key.serialization.get("name", "key")))
            name = shape.value.serialization.get("name", "value")
            _write(shape.value, entry, SubElement(pair, name))
    elif isinstance(value, bool):
        element.text = str(value).lower()
    else:
        element.text = value.isoformat() if isinstance(value, datetime) else str(value)


def _timestamp(value: datetime) -> float:
    return value.timestamp()
