"""Finds the regions that do not answer, for commands that can do without some of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore import exceptions
from botocore.exceptions import ClientError

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session

# A refusal is an answer; these are none.
NO_ANSWER = (exceptions.ConnectionError, exceptions.HTTPClientError)


def find_silent_regions(
    session: Session, regions: Sequence[str], stack_name: str
) -> tuple[str, ...]:
    """Return the regions whose CloudFormation does not answer; none if it is all of them.

    Without any answer, the network is the likely cause: the caller's own request then says so.
    """
    most = 1
    if len(regions) <= most:
        return ()
    silent = silent_among(session, regions, stack_name)
    return () if len(silent) == len(regions) else silent


def silent_among(session: Session, regions: Sequence[str], stack_name: str) -> tuple[str, ...]:
    """Ask all regions at once, and return those whose CloudFormation does not answer."""
    if not regions:
        return ()
    # A session must not be used by several threads, but a client may be: boto3, "Multithreading".
    opened = [clients.impatient_cloudformation(session, region) for region in regions]

    def is_silent(number: int) -> bool:
        try:
            opened[number].describe_stacks(StackName=stack_name)
        except ClientError:
            return False
        except NO_ANSWER:
            return True
        return False

    with ThreadPoolExecutor(len(regions)) as pool:
        answers = dict(zip(regions, pool.map(is_silent, range(len(regions))), strict=True))
    return tuple(region for region, is_it in answers.items() if is_it)
