"""Keeps which regions are unreachable, so that a rehearsal can include the outage of a region.

A silent region never responds, not even with an error: a call ends only when its caller gives up.
Any other unreachable region closes each connection, which costs a rehearsal less time. IAM, Route
53 and the global endpoint of STS are signed for us-east-1 and are unreachable with it, because
their control planes are there. Their data planes work on in AWS (DNS, health checks, credentials),
but have no API here.
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
"""

# PUT makes a region unreachable, DELETE reachable again: paths of the embedded AWS alone.
SWITCH = "/_rehearsal/unreachable-regions/{account}/{region}/{behaviour}"
SILENT, CLOSING = "silent", "closing"

# The behaviour by account and region: tests share one server, and each has its own account.
_unreachable: dict[tuple[str, str], str] = {}


def add(account: str, region: str, behaviour: str) -> None:
    """Make a region of an account unreachable."""
    _unreachable[account, region] = behaviour


def remove(account: str, region: str) -> None:
    """Make a region of an account reachable again."""
    _unreachable.pop((account, region), None)


def behaviour(account: str, region: str) -> str | None:
    """Return how a region of an account fails; None if it is reachable."""
    return _unreachable.get((account, region))
