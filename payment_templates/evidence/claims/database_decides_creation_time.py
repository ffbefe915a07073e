"""Checks that the database is on the critical path of stack creation, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.deployment.creation_time import slowest_chain
from payment_templates.facts.timings import CREATION_SECONDS

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_INSTANCE = "AWS::RDS::DBInstance"
_DATABASE = {"AWS::KMS::Key", "AWS::RDS::DBCluster", "AWS::RDS::GlobalCluster", _INSTANCE}


@claim(
    "Only the database determines how long creation takes",
    "Deployment: 20-30 minutes for Aurora",
)
def database_decides_creation_time(topology: Topology) -> Finding:
    """Check that the slowest dependency chain contains only database resources and KMS keys.

    The times are the averages of `rain forecast`. The instances of a cluster are created one after
    the other, because updates use the same order and must never restart two instances at once. The
    specification's 20 to 30 minutes assume readers that are created in parallel.
    """
    chain = slowest_chain(topology.stack)
    total = sum(seconds for _, seconds in chain)
    line = (
        " -> ".join(f"{name} {seconds}" for name, seconds in chain)
        + f" = {total} s, {total / 60:.1f} minutes on average"
    )
    if not topology.databases:
        return absent("there is no database cluster", line)
    others = [name for name, _ in chain if topology.stack.resources[name].type not in _DATABASE]
    if others:
        return broken(f"{total / 60:.1f} minutes, because of {', '.join(others)}", line)
    return kept(
        f"{total / 60:.1f} minutes on average, all for the database{_why_longer(topology, chain)}",
        line,
    )


def _why_longer(topology: Topology, chain: tuple[tuple[str, int], ...]) -> str:
    """Return how many minutes the sequential creation of readers adds, or ""."""
    instances = [name for name, _ in chain if topology.stack.of(name, _INSTANCE)]
    # Without the writer and the first reader: the others could be created in parallel with it.
    waiting = len(instances[2:]) * CREATION_SECONDS[_INSTANCE]
    if not waiting:
        return ""
    return (
        f"; {waiting / 60:.1f} of them because each reader waits for the previous one, so that "
        "an update never restarts two instances at once"
    )
