"""Shares between botocore's clients what botocore creates again for each of them.

A command makes a session and a dozen clients; the tests run a thousand commands in one process.
"""

from __future__ import annotations

from contextlib import contextmanager
from copy import copy
from functools import lru_cache
from inspect import CO_VARKEYWORDS
from os import environ
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib import request
from urllib.request import getproxies

import pytest
from botocore import hooks, useragent, utils
from botocore.client import ClientCreator
from botocore.endpoint import EndpointCreator
from botocore.endpoint_provider import EndpointProvider
from botocore.httpsession import URLLib3Session
from botocore.loaders import create_loader
from botocore.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

# There are no public hooks, and the stubs omit these names.
_CREATOR: Any = ClientCreator
_ALIASER: Any = hooks.EventAliaser
_ENDPOINTS: Any = EndpointCreator
_SESSION: Any = Session
_BUILT_IN = "_register_builtin_handlers"
_HANDLERS: Any = getattr(hooks, "_PrefixTrie")  # noqa: B009 - the stubs omit it
# What each request cleans character by character: the parts of its user agent.
_PART = "sanitize_user_agent_string_component"
# And what most responses contain many times: one time, as text.
_TIME = "_parse_timestamp_with_tzinfo"
_WHOLE_SIGNATURE: Any = hooks.accepts_kwargs


@contextmanager
def shared_between_clients() -> Generator[None]:
    """Share the models, classes, endpoint rules and connections of botocore's clients."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lru_cache(None)(create_loader))
        patch.setattr(_CREATOR, "_load_service_model", _once(_CREATOR._load_service_model))  # noqa: SLF001
        patch.setattr(_CREATOR, "_create_client_class", _once(_CREATOR._create_client_class))  # noqa: SLF001
        patch.setattr(_ALIASER, "_alias_event_name", _once(_ALIASER._alias_event_name))  # noqa: SLF001
        patch.setattr(useragent, _PART, lru_cache(None)(getattr(useragent, _PART)))
        patch.setattr(utils, _TIME, lru_cache(None)(getattr(utils, _TIME)))
        patch.setattr("botocore.regions.EndpointProvider", _provider())
        patch.setattr(hooks, "accepts_kwargs", _accepts_keywords)
        patch.setattr("botocore.utils.getproxies", _proxies(getproxies))
        patch.setattr(utils, "proxy_bypass", _bypass(_proxies(getproxies)))
        patch.setattr(_SESSION, _BUILT_IN, _from_first(getattr(_SESSION, _BUILT_IN)))
        patch.setattr(_ENDPOINTS, "create_endpoint", _with(_connections()))
        patch.setattr(_HANDLERS, "__copy__", _share)
        patch.setattr(_HANDLERS, "append_item", _on_own_path(_HANDLERS.append_item))
        patch.setattr(_HANDLERS, "remove_item", _on_own_path(_HANDLERS.remove_item))
        yield


def _once(make: Callable[..., object]) -> Callable[..., object]:
    """Call a method once for each name, the first argument, whatever object it belongs to."""
    made: dict[str, object] = {}

    def once(owner: object, name: str, *more: object) -> object:
        if name not in made:
            made[name] = make(owner, name, *more)
        return made[name]

    return once


def _accepts_keywords(handler: Any) -> bool:  # noqa: ANN401 - anything that can be called
    # botocore builds the whole signature of each handler of each client.
    code = getattr(getattr(handler, "__func__", handler), "__code__", None)
    return bool(code.co_flags & CO_VARKEYWORDS) if code else _WHOLE_SIGNATURE(handler)


def _provider() -> Callable[..., EndpointProvider]:
    made: dict[int, tuple[object, EndpointProvider]] = {}

    def provider(
        ruleset_data: Any,  # noqa: ANN401 - JSON of botocore
        partition_data: Any,  # noqa: ANN401 - as above
        excluded_params: Any = None,  # noqa: ANN401 - as above
    ) -> EndpointProvider:
        # The shared loader returns the same object for the same service.
        if id(ruleset_data) not in made:
            untyped: Any = EndpointProvider
            new = untyped(ruleset_data, partition_data, excluded_params)
            made[id(ruleset_data)] = (ruleset_data, new)
        return made[id(ruleset_data)][1]

    return provider


def _proxies(read: Callable[[], dict[str, str]]) -> Callable[[], dict[str, str]]:
    # Reading them passes over the whole environment, for each client.
    names = [f"{it}_proxy" for it in ("http", "https", "no", "all")] + ["REQUEST_METHOD"]
    names += [name.upper() for name in names]
    made: dict[tuple[str | None, ...], dict[str, str]] = {}

    def proxies() -> dict[str, str]:
        now = tuple(map(environ.get, names))
        if now not in made:
            made[now] = read()
        return {**made[now]}

    return proxies


def _bypass(proxies: Callable[[], dict[str, str]]) -> Callable[[str], bool]:
    # The stubs know it on no system but the Mac.
    bypass: Any = getattr(request, "proxy_bypass_environment")  # noqa: B009 - as above

    def is_bypassed(host: str) -> bool:
        return bool(bypass(host, proxies()))

    return is_bypassed


def _from_first(register: Callable[..., None]) -> Callable[..., None]:
    """Copy botocore's own handlers, 130 of them, from the first session."""
    first: list[Any] = []

    def registered(session: object, events: Any) -> None:  # noqa: ANN401 - botocore's emitter
        emitter: Any = events.__dict__["_emitter"]
        if not first:
            register(session, events)
            first.append(copy(emitter))
        emitter.__dict__.update(copy(first[0]).__dict__)

    return registered


def _connections() -> Callable[..., URLLib3Session]:
    made: dict[str, URLLib3Session] = {}
    lock = Lock()

    def connections(**settings: object) -> URLLib3Session:
        # Settings of proxies, certificates and timeouts have connections of their own.
        key = repr(sorted(settings.items()))
        with lock:
            if key not in made:
                untyped: Any = URLLib3Session
                made[key] = untyped(**settings)
            return made[key]

    return connections


def _with(connections: Callable[..., URLLib3Session]) -> Callable[..., object]:
    create: Any = EndpointCreator.create_endpoint

    def create_endpoint(owner: object, *arguments: object, **more: object) -> object:
        return create(owner, *arguments, http_session_cls=connections, **more)

    return create_endpoint


def _share(handlers: Any) -> Any:  # noqa: ANN401 - botocore's tree of handlers
    """Return a copy that shares the nodes: most of the 400 handlers of a client never change."""
    shared: Any = _HANDLERS()
    shared.__dict__.update(handlers.__dict__)
    return shared


def _on_own_path(change: Callable[..., None]) -> Callable[..., None]:
    """Copy the nodes that a change passes, so that it changes no other tree."""

    def changed(handlers: Any, key: str, *more: object, **section: object) -> None:  # noqa: ANN401 - as above
        node: dict[str, Any]
        state: Any = handlers.__dict__
        node = state["_root"] = _own(state["_root"])
        for part in key.split("."):
            if part not in node["children"]:
                break
            own = _own(node["children"][part])
            node["children"][part] = node = own
        change(handlers, key, *more, **section)

    return changed


def _own(node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "children": {**node["children"]}, "values": copy(node["values"])}
