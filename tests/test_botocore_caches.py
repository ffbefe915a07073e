"""Clients that share what botocore creates for each keep their own handlers."""

from __future__ import annotations

from typing import Any

import boto3


def _client(session: Any) -> Any:  # noqa: ANN401 - its stub knows the installed services only
    return session.client("sts", region_name="us-east-1")


def _answers(client: Any, event: str = "own-event.sts.GetCallerIdentity") -> list[Any]:  # noqa: ANN401 - as above
    return [answer for _, answer in client.meta.events.emit(event) if isinstance(answer, str)]


def _says(text: str) -> Any:  # noqa: ANN401 - a handler that answers, which the stub does not know
    def handler(**_: object) -> str:
        return text

    return handler


def test_handler_of_a_client_is_not_called_by_another() -> None:
    session: Any = boto3.Session()
    session.events.register("own-event", _says("session"))
    one, two = _client(session), _client(session)

    one.meta.events.register("own-event.sts", _says("one"))
    session.events.register("own-event", _says("later"))

    assert _answers(one) == ["one", "session"]
    assert _answers(two) == ["session"]
    assert _answers(_client(session)) == ["session", "later"]


def test_removed_handler_stays_with_the_other_clients() -> None:
    session: Any = boto3.Session()

    def handler(**_: object) -> str:
        return "session"

    session.events.register("own-event.sts", handler)
    one, two = _client(session), _client(session)

    one.meta.events.unregister("own-event.sts", handler)

    assert _answers(one) == []
    assert _answers(two) == _answers(_client(session)) == ["session"]
