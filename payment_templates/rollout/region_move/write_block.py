"""Reads whether RDS could stop the writes of the old region during a failover.

RDS does not promise it: "Because fencing writes is a best-effort attempt, it's possible that writes
might be momentarily accepted in the old primary Region, causing split-brain issues."
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import is_expired

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.region_move.move import Move

# RDS-EVENT-0390 and RDS-EVENT-0391; DescribeEvents does not return the IDs:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
_ATTEMPT = re.compile(r"Attempt to block writes for DB cluster \S+ in Region (\S+) (.+?)\.?")
_SUCCEEDED = "succeeded"
# The clocks may differ.
_TOLERANCE = timedelta(minutes=1)


def describe_write_block(session: Session, move: Move, seconds: float) -> str:
    """Say whether the old region may have accepted payments since the failover began.

    The failover has been followed for `seconds`. Asks the target region only: RDS records the
    event there if the old cluster is unreachable.
    """
    where, target = move.source_region, move.target_region
    if where in {"", target}:
        return f"whether RDS stopped the writes in the old region is in the events of {target}"
    ended = _last_attempt(session, target, where, datetime.now(UTC) - timedelta(seconds=seconds))
    if ended == _SUCCEEDED:
        return f"RDS has stopped the writes in {where}"
    if ended:
        return (
            f"RDS could not stop the writes in {where} (its attempt {ended}): payments accepted "
            "there are only in the snapshot of the old data"
        )
    return (
        f"whether RDS stopped the writes in {where} is not known in {target}: look for 'Attempt to "
        f"block writes' in the events of {where} once it answers"
    )


def _last_attempt(session: Session, target: str, where: str, since: datetime) -> str:
    client = clients.impatient_rds(session, target)
    try:
        pages = client.get_paginator("describe_events").paginate(StartTime=since - _TOLERANCE)
        found = [
            (str(one.get("Date", "")), match[2])
            for page in pages
            for one in page["Events"]
            if (match := _ATTEMPT.fullmatch(one.get("Message", ""))) and match[1] == where
        ]
    except ClientError as error:
        if is_expired(error):
            raise
        return ""
    except BotoCoreError:
        return ""
    return max(found)[1] if found else ""
