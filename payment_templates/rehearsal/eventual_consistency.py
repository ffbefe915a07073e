"""Keeps which accounts see changes late, so that tests can include eventual consistency.

In such an account a read answers the old state once after a change, and StackSets cannot use a new
role at first. Only where AWS documents it: IAM ("Changes that I make are not always immediately
visible", IAM User Guide), EC2 ("Eventual consistency in the Amazon EC2 API", Amazon EC2 Developer
Guide) and the lists of a stack set's operations (botocore cloudformation, ListStackSetOperations).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# PUT switches it on: a path of the embedded AWS alone.
SWITCH = "/_rehearsal/eventual-consistency/{account}"
# How often StackSets does not find a new role.
_FAILED_USES = 2
_READS = {
    "iam": re.compile(rb"(?:^|&)Action=(?:Get|List)"),
    "ec2": re.compile(rb"(?:^|&)Action=Describe"),
    "cloudformation": re.compile(rb"(?:^|&)Action=ListStackSetOperation"),
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer: the old body with the new status would be one that AWS never gives."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


# Tests share one server, and each has its own account.
_accounts: set[str] = set()
_uses: Counter[tuple[str, str]] = Counter()
# The last answer to each request.
_answers: dict[tuple[str, str, str, bytes], Answer] = {}


def switch_on(account: str) -> None:
    """Let an account see changes late."""
    _accounts.add(account)


def is_on(account: str) -> bool:
    """Return whether an account sees changes late."""
    return account in _accounts


def answer(account: str, region: str, service: str, body: bytes, now: Answer) -> Answer:
    """Return the old answer to a read once after it has changed, and otherwise the one of now."""
    reads = _READS.get(service)
    if reads is None or not reads.search(body):
        return now
    request = (account, region, service, body)
    before = _answers.get(request, now)
    _answers[request] = now
    return before


def hides_role(account: str, name: str) -> bool:
    """Return whether StackSets cannot use a role yet; each call counts as one use."""
    if account not in _accounts:
        return False
    _uses[account, name] += 1
    return _uses[account, name] <= _FAILED_USES
