"""Creation takes as long as the database, and nothing beside it takes longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.deployment.creation_time import slowest_chain
from payment_templates.facts.timings import CREATION_SECONDS

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_INSTANCE = "AWS::RDS::DBInstance"
_DATABASE = {"AWS::KMS::Key", "AWS::RDS::DBCluster", _INSTANCE}


@claim(
    "Only the database determines how long creation takes",
    "Deployment: 20-30 minutes for Aurora",
)
def database_decides_creation_time(topology: Topology) -> Finding:
    """Add up `rain forecast`'s averages along the slowest chain of resources.

    The instances of a cluster are created one after the other, since an update takes the same
    order: it never restarts two at once. The specification's 20 to 30 minutes are those of a writer
    with its readers side by side.
    """
    chain = slowest_chain(topology.stack)
    total = sum(seconds for _, seconds in chain)
    line = (
        " -> ".join(f"{name} {seconds}" for name, seconds in chain)
        + f" = {total} s, {total / 60:.1f} minutes by averages"
    )
    if not topology.databases:
        return absent("there is no database cluster", line)
    others = [name for name, _ in chain if topology.stack.resources[name].type not in _DATABASE]
    if others:
        return broken(f"{', '.join(others)} makes it {total / 60:.1f} minutes", line)
    return kept(
        f"{total / 60:.1f} minutes by averages, the database's own{_why_longer(topology, chain)}",
        line,
    )


def _why_longer(topology: Topology, chain: tuple[tuple[str, int], ...]) -> str:
    """Return how much of it the readers take that wait for one another, empty when they do not."""
    instances = [name for name, _ in chain if topology.stack.of(name, _INSTANCE)]
    # The writer, and a first reader beside which the others could be created.
    waiting = len(instances[2:]) * CREATION_SECONDS[_INSTANCE]
    if not waiting:
        return ""
    return (
        f"; {waiting / 60:.1f} of them because each reader waits for the one before it, so that an "
        "update never restarts two instances at once"
    )
