"""Whose credentials these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from boto3 import Session


def account_of(session: Session, region: str) -> str:
    """Give the account of the credentials, twelve digits."""
    return clients.sts(session, region).get_caller_identity()["Account"]
