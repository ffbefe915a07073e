"""Lets one region of AWS accept every connection and never answer, as a region that is gone may."""

# ruff: noqa: ANN401 - botocore's requests have no annotations.

import re
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.config import Config

from payment_templates.commands import command_runner
from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect

# Services without regions, such as IAM, are signed for us-east-1 and are gone with it.
_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/")


@dataclass(kw_only=True)
class SilentRegion:
    """The region, and the calls that reached it; mutable, since it counts."""

    name: str
    calls: list[str] = field(default_factory=list[str])


@contextmanager
def silent_region(monkeypatch: pytest.MonkeyPatch, name: str) -> Generator[SilentRegion]:
    """Send the requests to a region into a socket that never answers, until the block ends."""
    region = SilentRegion(name=name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def redirect(*, request: Any, event_name: str, **_: object) -> None:
            found = _SIGNED_FOR.search(str(request.headers.get("Authorization")))
            if found and found[1] == name:
                region.calls.append(event_name.rpartition(".")[2])
                request.url = f"http://127.0.0.1:{port}/"

        def connect_without(profile: str | None, tell: Callable[[str], None]) -> Any:
            session = connect(profile, tell)
            session.events.register("before-send", redirect)
            return session

        with monkeypatch.context() as patched:
            patched.setattr(command_runner, "connect", connect_without)
            patched.setattr(clients, "IMPATIENT", _SHORT)
            yield region


# The waiting times of the commands are seconds; a call that is not impatient waits ten minutes.
_SHORT = Config(retries={"total_max_attempts": 2}, connect_timeout=0.2, read_timeout=0.2)
