"""Holds requests until the installation is complete, and those to an unreachable region always.

ministack's CloudFormation imports sixty services, which takes more than a second. The server
accepts connections before that, while the client's process loads boto3.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from payment_templates.rehearsal import eventual_consistency, ministack, unreachable_regions
from payment_templates.rehearsal.eventual_consistency import Answer

_SWITCH = re.compile(
    unreachable_regions.SWITCH.format(
        account=r"(\d+)",
        region=r"([a-z0-9-]+)",
        behaviour=f"({unreachable_regions.SILENT}|{unreachable_regions.CLOSING})",
    )
)
_LATE = re.compile(eventual_consistency.SWITCH.format(account=r"(\d+)"))
# The start of a signature: account, region and service are in its scope.
_SCOPE = re.compile(rb"Credential=(\d+)/\d+/([a-z0-9-]+)/([a-z0-9-]+)/")

Application = Callable[[Any, Any, Any], Awaitable[None]]


def gated(install: Callable[[], None]) -> Application:
    """Serve ministack after the installation; if that fails, every response is its reason."""
    application = ministack.application()
    installation: list[asyncio.Task[None]] = []

    async def serve(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shapes
        if not installation:
            installation.append(asyncio.create_task(asyncio.to_thread(install)))
        if scope["type"] == "http":
            try:
                await asyncio.shield(installation[0])
            except RuntimeError as error:
                # A missing name of ministack, or missing AWS schemas.
                await _fail(send, str(error))
                return
            switch = _SWITCH.fullmatch(scope["path"])
            if switch:
                _turn(scope["method"], *switch.groups())
                await _succeed(send)
                return
            late = _LATE.fullmatch(scope["path"])
            if late:
                eventual_consistency.switch_on(late[1])
                await _succeed(send)
                return
            origin = _origin(scope["headers"])
            behaviour = unreachable_regions.behaviour(*origin[:2])
            if behaviour is not None:
                await _fail_to_respond(behaviour, receive, send)
                return
            if eventual_consistency.is_on(origin[0]):
                await _answer_late(application, scope, origin, receive, send)
                return
        await application(scope, receive, send)

    return serve


def _turn(method: str, account: str, region: str, behaviour: str) -> None:
    if method == "PUT":
        unreachable_regions.add(account, region, behaviour)
    else:
        unreachable_regions.remove(account, region)


def _origin(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str, str]:
    """Return the account, the region and the service of a request; empty if it is not signed."""
    for name, value in headers:
        scope = _SCOPE.search(value) if name == b"authorization" else None
        if scope:
            return scope[1].decode(), scope[2].decode(), scope[3].decode()
    return "", "", ""


async def _answer_late(
    application: Application,
    scope: Any,  # noqa: ANN401 - ASGI's own shapes
    origin: tuple[str, str, str],
    receive: Any,  # noqa: ANN401 - as above
    send: Any,  # noqa: ANN401 - as above
) -> None:
    received: list[Any] = []
    started: dict[str, Any] = {}
    body = bytearray()

    async def receive_and_keep() -> Any:  # noqa: ANN401 - as above
        received.append(await receive())
        return received[-1]

    async def send_late(message: Any) -> None:  # noqa: ANN401 - as above
        # The status belongs to the body, so it is held back until the body is there.
        if message["type"] == "http.response.start":
            started.update(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        request = b"".join(part.get("body", b"") for part in received)
        now = Answer(status=started["status"], headers=started["headers"], body=bytes(body))
        shown = eventual_consistency.answer(*origin, request, now)
        await send({**started, "status": shown.status, "headers": shown.headers})
        await send({"type": "http.response.body", "body": shown.body})

    await application(scope, receive_and_keep, send_late)


async def _fail_to_respond(behaviour: str, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shapes
    if behaviour == unreachable_regions.CLOSING:
        # A response that ends before its content: the server closes the connection.
        headers = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    # Until the client gives up.
    while (await receive())["type"] != "http.disconnect":
        pass


async def _succeed(send: Any) -> None:  # noqa: ANN401 - ASGI's own shape
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _fail(send: Any, reason: str) -> None:  # noqa: ANN401 - ASGI's own shape
    # JSON, because botocore shows its message; of an XML response it shows the raw text.
    body = f'{{"__type": "ServiceUnavailable", "message": "{reason}"}}'.encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
