"""Identifies the caller: the account and an anonymous ID."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_sts.type_defs import GetCallerIdentityResponseTypeDef


# Enough to distinguish the users of one account.
_ID_LENGTH = 8


def account_of(session: Session, region: str) -> str:
    """Return the account ID of the credentials."""
    return _identity(session, region)["Account"]


def owner_id(session: Session, region: str) -> str:
    """Return eight hexadecimal digits that identify the caller without a name."""
    return sha256(_identity(session, region)["Arn"].encode()).hexdigest()[:_ID_LENGTH]


@cache
def _identity(session: Session, region: str) -> GetCallerIdentityResponseTypeDef:
    return clients.sts(session, region).get_caller_identity()
