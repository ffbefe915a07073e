"""A CloudFormation client inside the server: ministack's handlers, called without HTTP."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.serialize import create_serializer

from payment_templates.cloudformation import MOST_BYTES
from payment_templates.rehearsal import wire
from payment_templates.rehearsal.stack_sets.model.stacks import StackRefusedError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from payment_templates.rehearsal.stack_sets.ministack.names import Ministack
    from payment_templates.rehearsal.stack_sets.model.stack_set import Target

_SERVICE = "cloudformation"


class MinistackClient:
    """Calls CloudFormation in any account and region of one ministack.

    It calls the handler in the server's own event loop, which then runs the stack's operation.
    `account.call` would end its loop after the response, and the operation with it.
    """

    def __init__(self, ministack: Ministack) -> None:
        self._ministack = ministack

    def call(self, target: Target, action: str, **arguments: object) -> Mapping[str, Any]:
        """Send one request to ministack's handler, in the target's account and region."""
        operation = wire.service_model(_SERVICE).operation_model(action)
        request = create_serializer("query").serialize_to_request(arguments, operation)
        fields = {name: [str(value)] for name, value in request["body"].items()}
        with self._ministack.scope(target.account, target.region), self._whole_template():
            status, headers, body = self._ministack.handlers[action](fields)
        answer = wire.read_answer(_SERVICE, action, (status, {**headers}, body))
        if status >= wire.BAD_REQUEST:
            raise StackRefusedError(answer["Error"]["Message"])
        return answer

    @contextmanager
    def _whole_template(self) -> Generator[None]:
        # A set's template may come from S3, and its stacks get all of it.
        name = "TEMPLATE_BODY_MAX_BYTES"
        limits = vars(self._ministack.helpers)
        inline = limits[name]
        limits[name] = MOST_BYTES
        try:
            yield
        finally:
            limits[name] = inline
