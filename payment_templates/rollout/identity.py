"""Identifies the caller: the account and an anonymous ID."""

from __future__ import annotations

import getpass
import platform
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from payment_templates.facts.session_names import is_of_job, is_of_sdk
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
    """Return eight hexadecimal digits that identify the caller without a name.

    An operator has the same in every run; two operators with one role have different ones.
    """
    owner = _owner(_identity(session, region)["Arn"])
    return sha256(owner.encode()).hexdigest()[:_ID_LENGTH]


def _owner(arn: str) -> str:
    # arn:aws:sts::123456789012:assumed-role/ROLE/SESSION
    role, _, session_name = arn.rpartition("/")
    if ":assumed-role/" not in role:
        return arn
    if is_of_job(session_name):
        return role
    if is_of_sdk(session_name):
        # A colleague may have the role too, and what a colleague has created is kept.
        return f"{role} of {_local_user()} on {platform.node()}"
    return arn


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        # A container may run under an ID without a name, and Windows has no such IDs.
        return ""


@cache
def _identity(session: Session, region: str) -> GetCallerIdentityResponseTypeDef:
    return clients.sts(session, region).get_caller_identity()
