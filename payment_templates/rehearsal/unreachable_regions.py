"""Keeps which regions are unreachable, so that a rehearsal can include the outage of a region.

An unreachable region never responds, not even with an error: a call ends only when its caller gives
up. IAM, Route 53 and the global endpoint of STS are signed for us-east-1 and are unreachable with
it, because their control planes are there. Their data planes work on in AWS (DNS, health checks,
credentials), but have no API here.
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
"""

# PUT makes a region unreachable, DELETE reachable again: a path of the embedded AWS alone.
SWITCH = "/_rehearsal/unreachable-regions/{account}/{region}"

# By account as well: tests share one server, and each has its own account.
_unreachable: set[tuple[str, str]] = set()


def add(account: str, region: str) -> None:
    """Make a region of an account unreachable."""
    _unreachable.add((account, region))


def remove(account: str, region: str) -> None:
    """Make a region of an account reachable again."""
    _unreachable.discard((account, region))


def contains(account: str, region: str) -> bool:
    """Return whether a region of an account is unreachable."""
    return (account, region) in _unreachable
