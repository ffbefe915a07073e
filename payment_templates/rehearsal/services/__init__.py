"""Adds operations that ministack lacks, and corrects those that differ from AWS."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.rehearsal import ministack, wire
from payment_templates.rehearsal.ministack import Headers, Reply, ServiceHandler

Operation = Callable[[dict[str, Any]], Mapping[str, Any]]
Amendment = Callable[[dict[str, Any], dict[str, Any]], Mapping[str, Any]]
Guard = Callable[[dict[str, Any]], None]
Query = dict[str, list[str]]


def add_operations(service: str, operations: Mapping[str, Operation]) -> None:
    """Serve the operations here; ministack serves the others of the service (its boto3 name)."""
    _extend(service, lambda fallback: _answering(service, operations, fallback))


def amend_operations(service: str, amendments: Mapping[str, Amendment]) -> None:
    """Let ministack serve the operations, then change its responses."""
    _extend(service, lambda fallback: _amending(service, amendments, fallback))


def guard_operations(service: str, guards: Mapping[str, Guard]) -> None:
    """Check requests before ministack serves them; a guard rejects one by raising ServiceError."""
    _extend(service, lambda fallback: _guarding(service, guards, fallback))


def add_rest_service(service: str, operations: Mapping[str, Operation]) -> None:
    """Serve a service that ministack lacks, with the protocol REST-JSON."""
    name = wire.service_model(service).signing_name
    ministack.add_signed_route(name)
    ministack.service_handlers()[name] = _rest(service, operations)


def _rest(service: str, operations: Mapping[str, Operation]) -> ServiceHandler:
    unknown = _unknown(service)

    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Query) -> Reply:
        name, request = wire.parse_rest(service, method, path, body)
        if name not in operations:
            return await unknown(method, path, headers, body, query)
        try:
            result = operations[name](request)
        except (wire.ServiceError, ClientError) as error:
            return wire.render_error(service, _as_service_error(error))
        return wire.render(service, name, result)

    return handle


def _extend(service: str, wrap: Callable[[ServiceHandler], ServiceHandler]) -> None:
    handlers = ministack.service_handlers()
    key = wire.service_model(service).signing_name
    handlers[key] = wrap(handlers.get(key, _unknown(service)))


def _unknown(service: str) -> ServiceHandler:
    async def handle(
        _method: str, _path: str, headers: Headers, body: bytes, _query: Query
    ) -> Reply:
        name = wire.operation_name(headers, body)
        return wire.render_error(
            service,
            wire.ServiceError("InvalidAction", f"The embedded {service} does not support {name}."),
        )

    return handle


def _answering(
    service: str, operations: Mapping[str, Operation], fallback: ServiceHandler
) -> ServiceHandler:
    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Query) -> Reply:
        name = wire.operation_name(headers, body)
        if name not in operations:
            return await fallback(method, path, headers, body, query)
        try:
            result = operations[name](wire.parse(service, name, body))
        except (wire.ServiceError, ClientError) as error:
            return wire.render_error(service, _as_service_error(error))
        return wire.render(service, name, result)

    return handle


def _guarding(
    service: str, guards: Mapping[str, Guard], fallback: ServiceHandler
) -> ServiceHandler:
    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Query) -> Reply:
        name = wire.operation_name(headers, body)
        if name in guards:
            try:
                guards[name](wire.parse(service, name, body))
            except (wire.ServiceError, ClientError) as error:
                return wire.render_error(service, _as_service_error(error))
        return await fallback(method, path, headers, body, query)

    return handle


def _as_service_error(error: wire.ServiceError | ClientError) -> wire.ServiceError:
    # An operation that calls others returns their errors.
    if isinstance(error, wire.ServiceError):
        return error
    details = error.response.get("Error", {})
    return wire.ServiceError(details.get("Code", ""), details.get("Message", ""))


def _amending(
    service: str, amendments: Mapping[str, Amendment], fallback: ServiceHandler
) -> ServiceHandler:
    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Query) -> Reply:
        reply = await fallback(method, path, headers, body, query)
        name = wire.operation_name(headers, body)
        if name not in amendments or reply[0] >= wire.BAD_REQUEST:
            return reply
        answer = wire.read_answer(service, name, reply)
        return wire.render(service, name, amendments[name](wire.parse(service, name, body), answer))

    return handle
