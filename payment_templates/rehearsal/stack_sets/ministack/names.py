"""Looks up the names of ministack that StackSets use."""

from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

# ministack has no annotations: its names are typed below, by hand.
from typing import Any

from payment_templates.rehearsal.ministack import (
    CLOUDFORMATION,
    ENGINE,
    HANDLERS,
    RESPONSES,
    SERVICES,
    look_up,
)

Fields = Mapping[str, list[str]]
Response = tuple[int, Mapping[str, str], bytes]
Handler = Callable[[Fields], Response]


@dataclass(frozen=True, kw_only=True)
class Ministack:
    """The names of ministack that StackSets use."""

    cloudformation: ModuleType
    # Has the limits on the arguments of a request.
    helpers: ModuleType
    reset: Callable[[], None]
    handlers: MutableMapping[str, Handler]
    parse_template: Callable[[str], Mapping[str, Any]]
    required_capabilities: Callable[..., tuple[list[str], list[str]]]
    resolve_template: Callable[[Fields], tuple[str | None, Response | None]]
    account: Callable[[], str]
    region: Callable[[], str]
    scope: Callable[[str, str], AbstractContextManager[None]]
    roles: Mapping[str, Mapping[str, Any]]
    # The opt-in status of each region.
    regions: Mapping[str, str]


def find_ministack() -> Ministack:
    """Look up all names; raises MissingNameError for the first that is missing."""
    return Ministack(
        cloudformation=import_module(CLOUDFORMATION),
        helpers=import_module(f"{CLOUDFORMATION}.helpers"),
        reset=look_up(CLOUDFORMATION, "reset"),
        handlers=look_up(CLOUDFORMATION, "_ACTION_HANDLERS"),
        parse_template=look_up(ENGINE, "_parse_template"),
        required_capabilities=look_up(HANDLERS, "_required_capabilities"),
        resolve_template=look_up(f"{CLOUDFORMATION}.helpers", "_resolve_template"),
        account=look_up(RESPONSES, "get_account_id"),
        region=look_up(RESPONSES, "get_region"),
        scope=look_up(RESPONSES, "request_scope"),
        roles=look_up(f"{SERVICES}.iam", "_roles"),
        regions=dict(look_up(f"{SERVICES}.ec2", "_AWS_REGIONS")),
    )
