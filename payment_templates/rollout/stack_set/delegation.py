"""On whose behalf a service-managed set is worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.model import OperationModel

SELF = "SELF"


def act_as(session: Session, call_as: str) -> None:
    """Give CallAs with every call on sets by the clients that this session makes from now on."""

    def add(params: dict[str, Any], model: OperationModel, **_: object) -> None:
        # CreateStackSet and its like, CallAs.
        if model.input_shape is not None and "CallAs" in model.input_shape.members:
            params["CallAs"] = call_as

    if call_as != SELF:
        session.events.register("provide-client-params.cloudformation", add)
