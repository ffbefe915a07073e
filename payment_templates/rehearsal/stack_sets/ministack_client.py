"""A CloudFormation client inside the server: ministack's handlers, called without HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from payment_templates.rehearsal.stack_sets.stacks import StackRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import ServiceModel, StructureShape

    from payment_templates.rehearsal.stack_sets.ministack_names import Ministack
    from payment_templates.rehearsal.stack_sets.model import Target

_HTTP_ERROR = 300


class MinistackClient:
    """Calls CloudFormation in any account and region of one ministack."""

    def __init__(self, ministack: Ministack, service: ServiceModel) -> None:
        self._ministack = ministack
        self._service = service

    def call(self, target: Target, action: str, **arguments: object) -> Mapping[str, Any]:
        """Send one request to ministack's handler, in the target's account and region."""
        operation = self._service.operation_model(action)
        request = create_serializer("query").serialize_to_request(arguments, operation)
        fields = {name: [str(value)] for name, value in request["body"].items()}
        with self._ministack.scope(target.account, target.region):
            status, headers, body = self._ministack.handlers[action](fields)
        response = {"status_code": status, "headers": headers, "body": body}
        # DeleteStack answers nothing; the parser then needs no shape, whatever its stubs say.
        shape = cast("StructureShape", operation.output_shape)
        answer = create_parser("query").parse(response, shape)
        if status >= _HTTP_ERROR:
            raise StackRefusedError(answer["Error"]["Message"])
        return cast("Mapping[str, Any]", answer)
