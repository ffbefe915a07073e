"""Holds requests until the installation is complete, so that server and client start in parallel.

ministack's CloudFormation imports sixty services, which takes more than a second. The server
accepts connections before that, while the client's process loads boto3.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from payment_templates.rehearsal import ministack

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
        await application(scope, receive, send)

    return serve


async def _fail(send: Any, reason: str) -> None:  # noqa: ANN401 - ASGI's own shape
    # JSON, because botocore shows its message; of an XML response it shows the raw text.
    body = f'{{"__type": "ServiceUnavailable", "message": "{reason}"}}'.encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
