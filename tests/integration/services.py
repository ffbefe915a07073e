"""Calls AWS's services for the tests: read-only, with all pages merged and results cached."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from tests.integration import policy

if TYPE_CHECKING:
    from boto3 import Session

# Responses of AWS have no narrower type.
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Services:
    """The services of one account and region."""

    # Untyped, because boto3 makes its clients at run time.
    session: Any
    _clients: dict[str, Any] = field(default_factory=dict[str, Any])
    _answers: dict[str, Json] = field(default_factory=dict[str, Json])

    @classmethod
    def of(cls, session: Session) -> Services:
        """Return the services of a session, limited to the calls that the policy grants."""
        # Clients copy their session's handlers when they are created.
        cast("Any", session).events.register("before-call", policy.reject_call_outside)
        return cls(session=session)

    def endpoint_url(self, service: str) -> str:
        """Return the endpoint URL of a service."""
        return str(self._client(service).meta.endpoint_url)

    def ask(self, service: str, operation: str, **arguments: object) -> Json:
        """Call an operation by its boto3 name, and merge all pages into one response."""
        call = json.dumps([service, operation, arguments], sort_keys=True)
        if call not in self._answers:
            self._answers[call] = self._call(service, operation, arguments)
        return self._answers[call]

    def _call(self, service: str, operation: str, arguments: Json) -> Json:
        client = self._client(service)
        if client.can_paginate(operation):
            pages = client.get_paginator(operation).paginate(**arguments)
            return cast("Json", pages.build_full_result())
        return cast("Json", getattr(client, operation)(**arguments))

    def _client(self, service: str) -> Any:  # noqa: ANN401 - as the session's.
        if service not in self._clients:
            self._clients[service] = self.session.client(service)
        return self._clients[service]
