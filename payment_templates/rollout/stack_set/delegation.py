"""Sets CallAs: whether calls act as management account or as delegated administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.model import OperationModel

SELF = "SELF"
DELEGATED_ADMINISTRATOR = "DELEGATED_ADMIN"


def other_caller(call_as: str) -> str:
    """Return the other value of CallAs, which shows other sets."""
    return DELEGATED_ADMINISTRATOR if call_as == SELF else SELF


def act_as(session: Session, call_as: str) -> None:
    """Add CallAs to every stack set call of the clients that this session creates from now on."""

    def add(params: dict[str, Any], model: OperationModel, **_: object) -> None:
        # CallAs of CreateStackSet and similar operations.
        if model.input_shape is not None and "CallAs" in model.input_shape.members:
            params.setdefault("CallAs", call_as)

    if call_as != SELF:
        session.events.register("provide-client-params.cloudformation", add)
