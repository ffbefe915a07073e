import asyncio
from typing import Any

from payment_templates.rehearsal.gate import gated
from payment_templates.rehearsal.ministack import MissingNameError


def test_failed_installation_is_the_response_to_every_request() -> None:
    def install() -> None:
        raise MissingNameError("ministack 9.9.9 has no ministack.app.gone")

    answers = [asyncio.run(_answer(gated(install))) for _ in range(2)]

    assert [status for status, _ in answers] == [503, 503]
    assert all(b"ministack 9.9.9 has no ministack.app.gone" in body for _, body in answers)


async def _answer(application: Any) -> tuple[int, bytes]:  # noqa: ANN401 - ASGI's own shape
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)
    return sent[0]["status"], sent[1]["body"]
