"""Adds the StackSets API to ministack's CloudFormation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import botocore.session

from payment_templates.rehearsal import wire
from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator
from payment_templates.rehearsal.stack_sets.api.actions import ACTIONS, Answer
from payment_templates.rehearsal.stack_sets.ministack.client import MinistackClient
from payment_templates.rehearsal.stack_sets.ministack.names import Fields, Response, find_ministack
from payment_templates.rehearsal.stack_sets.ministack.stacks import MinistackStacks

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import ServiceModel

    from payment_templates.rehearsal.stack_sets.ministack.names import Ministack

_SERVICE = "cloudformation"
# The default of CallAs.
_SELF = "SELF"


def install() -> None:
    """Add the StackSets actions to ministack; must be called once, before the server starts."""
    ministack = find_ministack()
    session = botocore.session.get_session()
    service = session.get_service_model(_SERVICE)
    administrators = _Administrators(
        ministack,
        MinistackStacks(ministack, MinistackClient(ministack)),
        frozenset(session.get_available_regions(_SERVICE)),
    )
    for name, action in ACTIONS.items():
        ministack.handlers[name] = partial(_answer, name, action, administrators, service)
    # The server's reset looks up the module's function by name.
    ministack.cloudformation.__dict__["reset"] = partial(_reset, ministack.reset, administrators)


class _Administrators:
    """The administrators by account, region and CallAs, created on first use."""

    def __init__(
        self, ministack: Ministack, stacks: MinistackStacks, known_regions: frozenset[str]
    ) -> None:
        self._ministack = ministack
        self._stacks = stacks
        self._known_regions = known_regions
        self._by_caller: dict[tuple[str, str, str], Administrator] = {}

    def current(self, call_as: str) -> Administrator:
        """Return the administrator of the request's account, region and CallAs."""
        account, region = self._ministack.account(), self._ministack.region()
        # The sets of a delegated administrator belong to the management account: without
        # CallAs=DELEGATED_ADMIN the account does not see them.
        key = account, region, call_as
        if key not in self._by_caller:
            self._by_caller[key] = Administrator(
                account=account,
                region=region,
                known_regions=self._known_regions,
                stacks=self._stacks,
            )
        return self._by_caller[key]

    def clear(self) -> None:
        """Delete all stack sets and cancel their operations."""
        for administrator in self._by_caller.values():
            for queue in administrator.queues.values():
                queue.cancel()
        self._by_caller.clear()


def _answer(
    name: str,
    action: Callable[[Administrator, Any], Answer],
    administrators: _Administrators,
    service: ServiceModel,
    fields: Fields,
) -> Response:
    form = {field: values[0] for field, values in fields.items()}
    try:
        request = wire.checked_query(form, service.operation_model(name))
        administrator = administrators.current(str(request.get("CallAs") or _SELF))
        return wire.render(_SERVICE, name, action(administrator, request))
    except wire.ServiceError as error:
        return wire.render_error(_SERVICE, error)


def _reset(reset: Callable[[], None], administrators: _Administrators) -> None:
    administrators.clear()
    reset()
