"""Puts the StackSets API into ministack's CloudFormation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import botocore.session

from payment_templates.rehearsal import wire
from payment_templates.rehearsal.stack_sets.actions import ACTIONS, Answer
from payment_templates.rehearsal.stack_sets.administrator import Administrator
from payment_templates.rehearsal.stack_sets.ministack_client import MinistackClient
from payment_templates.rehearsal.stack_sets.ministack_names import Fields, Response, find_ministack
from payment_templates.rehearsal.stack_sets.ministack_stacks import MinistackStacks

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import ServiceModel

    from payment_templates.rehearsal.stack_sets.ministack_names import Ministack

_SERVICE = "cloudformation"


def install() -> None:
    """Add the StackSets actions to ministack; call it once, before the server starts."""
    ministack = find_ministack()
    session = botocore.session.get_session()
    service = session.get_service_model(_SERVICE)
    places = _Administrators(
        ministack,
        MinistackStacks(ministack, MinistackClient(ministack)),
        frozenset(session.get_available_regions(_SERVICE)),
    )
    for name, action in ACTIONS.items():
        ministack.handlers[name] = partial(_answer, name, action, places, service)
    # The server's reset calls the module's function by its name.
    ministack.cloudformation.__dict__["reset"] = partial(_reset, ministack.reset, places)


class _Administrators:
    """The administrators by account and region, made when first asked for."""

    def __init__(
        self, ministack: Ministack, stacks: MinistackStacks, known_regions: frozenset[str]
    ) -> None:
        self._ministack = ministack
        self._stacks = stacks
        self._known_regions = known_regions
        self._places: dict[tuple[str, str], Administrator] = {}

    def current(self) -> Administrator:
        """Give the administrator in whose account and region the request was made."""
        account, region = self._ministack.account(), self._ministack.region()
        if (account, region) not in self._places:
            self._places[account, region] = Administrator(
                account=account,
                region=region,
                known_regions=self._known_regions,
                stacks=self._stacks,
            )
        return self._places[account, region]

    def clear(self) -> None:
        """Forget all sets and drop their operations."""
        for administrator in self._places.values():
            for queue in administrator.queues.values():
                queue.cancel()
        self._places.clear()


def _answer(
    name: str,
    action: Callable[[Administrator, Any], Answer],
    places: _Administrators,
    service: ServiceModel,
    fields: Fields,
) -> Response:
    form = {field: values[0] for field, values in fields.items()}
    try:
        request = wire.checked_query(form, service.operation_model(name))
        return wire.render(_SERVICE, name, action(places.current(), request))
    except wire.ServiceError as error:
        return wire.render_error(_SERVICE, error)


def _reset(reset: Callable[[], None], places: _Administrators) -> None:
    places.clear()
    reset()
