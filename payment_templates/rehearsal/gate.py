"""Requests wait until everything is installed, which goes on while the client is still starting.

CloudFormation's part of ministack imports sixty services: more than a second. The server is up
before that, and boto3 takes as long to load in the client's process.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from payment_templates.rehearsal import ministack

Application = Callable[[Any, Any, Any], Awaitable[None]]


def gated(install: Callable[[], None]) -> Application:
    """Serve ministack, after the installation; when that fails, its reason is every answer."""
    application = ministack.application()
    installation: list[asyncio.Task[None]] = []

    async def serve(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shapes
        if not installation:
            installation.append(asyncio.create_task(asyncio.to_thread(install)))
        if scope["type"] == "http":
            try:
                await asyncio.shield(installation[0])
            except RuntimeError as error:
                # A name of ministack that is gone, or the schemas of AWS.
                await _fail(send, str(error))
                return
        await application(scope, receive, send)

    return serve


async def _fail(send: Any, reason: str) -> None:  # noqa: ANN401 - ASGI's own shape
    # botocore shows the reason of a JSON answer; of a query answer it shows the XML as it is.
    body = f'{{"__type": "ServiceUnavailable", "message": "{reason}"}}'.encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
