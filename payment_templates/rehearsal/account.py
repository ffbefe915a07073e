"""Calls the embedded AWS from inside its own process, without HTTP or signatures.

Code that adds a missing feature calls the same operations as any client: it needs no private name,
and the service's own describe call shows the result.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import cache
from threading import local
from typing import Any
from urllib.parse import parse_qs, urlencode

from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.serialize import create_serializer

from payment_templates.rehearsal import ministack, wire
from payment_templates.rehearsal.document import is_list
from payment_templates.rehearsal.ministack import Reply

# More than handlers that call each other at one time.
_THREADS = ThreadPoolExecutor(max_workers=1000, thread_name_prefix="account")
_LOCAL = local()


def call(service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's own shapes
    """Call an operation in the account and region of the current request.

    Raises botocore's ClientError if the service rejects the call, ParamValidationError if the SDK
    does.
    """
    model = wire.service_model(service)
    operation_model = model.operation_model(operation)
    request = create_serializer(model.resolved_protocol).serialize_to_request(
        parameters, operation_model
    )
    reply = _send(model.signing_name, request)
    answer = wire.read_answer(service, operation, reply)
    if reply[0] >= wire.BAD_REQUEST:
        rejection: Any = answer
        raise ClientError(rejection, operation)
    return answer


def listed(service: str, operation: str, members: str, **parameters: Any) -> Iterator[Any]:  # noqa: ANN401 - AWS's own shapes
    """Yield the entries of a list operation, page by page."""
    pagination = _paginators(service).get(operation, {})
    while True:
        answer = call(service, operation, **parameters)
        yield from answer.get(members, [])
        token = answer.get(pagination.get("output_token", ""))
        if not token:
            return
        parameters[pagination["input_token"]] = token


@cache
def _paginators(service: str) -> Mapping[str, Any]:
    described: dict[str, Any] = Loader().load_service_model(service, "paginators-1")
    pagination: dict[str, Any] = described["pagination"]
    return pagination


def _send(service: str, request: Mapping[str, Any]) -> Reply:
    body: Any = request["body"]
    if isinstance(body, Mapping):
        fields: dict[str, Any] = {**body}
        body = urlencode(fields)
    path, _, in_path = request["url_path"].partition("?")
    query = parse_qs(in_path, keep_blank_values=True)
    in_query: dict[str, Any] = request.get("query_string") or {}
    for name, value in in_query.items():
        query[name] = [str(entry) for entry in (value if is_list(value) else [value])]
    reply = ministack.service_handlers()[service](
        request["method"],
        path,
        {name.lower(): str(value) for name, value in request["headers"].items()},
        body.encode() if isinstance(body, str) else body,
        query,
    )
    return _in_own_loop(reply)


def _in_own_loop(reply: Coroutine[Any, Any, Reply]) -> Reply:
    # The handler may await, and the caller already runs in the server's loop: each call gets a
    # thread of its own, because handlers may call each other. The copied context holds the account
    # and the region.
    return _THREADS.submit(_run, reply, copy_context()).result()


def _run(reply: Coroutine[Any, Any, Reply], context: Context) -> Reply:
    # A thread keeps its loop: a new one for each call takes as long as the call.
    runner: asyncio.Runner | None = getattr(_LOCAL, "runner", None)
    if runner is None:
        runner = _LOCAL.runner = asyncio.Runner()
    return runner.run(reply, context=context)
