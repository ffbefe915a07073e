"""Whose credentials these are."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_sts.type_defs import GetCallerIdentityResponseTypeDef


# Enough to tell the people of one account apart.
_MARK_LENGTH = 8


def account_of(session: Session, region: str) -> str:
    """Give the account of the credentials, twelve digits."""
    return _identity(session, region)["Account"]


def mark_of(session: Session, region: str) -> str:
    """Give eight hexadecimal digits that stay the same for one person, and show no name."""
    return sha256(_identity(session, region)["Arn"].encode()).hexdigest()[:_MARK_LENGTH]


@cache
def _identity(session: Session, region: str) -> GetCallerIdentityResponseTypeDef:
    return clients.sts(session, region).get_caller_identity()
