"""AWS's services as the tests ask them: read-only, all pages at once, each question only once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from tests.integration import policy

if TYPE_CHECKING:
    from boto3 import Session

# What AWS answers has no narrower type than this.
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Services:
    """The services of one account and region."""

    # boto3 makes its clients at run time: no type is known before.
    session: Any
    _clients: dict[str, Any] = field(default_factory=dict[str, Any])
    _answers: dict[str, Json] = field(default_factory=dict[str, Json])

    @classmethod
    def of(cls, session: Session) -> Services:
        """Let a session ask no more than the policy grants."""
        # Clients copy their session's handlers when they are made.
        cast("Any", session).events.register("before-call", policy.refuse_call_outside)
        return cls(session=session)

    def endpoint_url(self, service: str) -> str:
        """Tell where a service is asked."""
        return str(self._client(service).meta.endpoint_url)

    def ask(self, service: str, operation: str, **arguments: object) -> Json:
        """Call an operation, named as boto3 does, and put all pages into one answer."""
        question = json.dumps([service, operation, arguments], sort_keys=True)
        if question not in self._answers:
            self._answers[question] = self._call(service, operation, arguments)
        return self._answers[question]

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
