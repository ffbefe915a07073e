"""Creation takes as long as the database, and nothing beside it takes longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.schedule import slowest_chain

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_DATABASE = {"AWS::KMS::Key", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"}


@claim(
    "Nothing but the database decides how long creation takes",
    "Deployment: 20-30 minutes for Aurora",
)
def database_decides_creation_time(topology: Topology) -> Finding:
    """Add up `rain forecast`'s averages along the slowest chain of resources.

    The instances of a cluster wait for each other, so that an update restarts one at a time.
    """
    chain = slowest_chain(topology.stack)
    total = sum(seconds for _, seconds in chain)
    line = (
        " -> ".join(f"{name} {seconds}" for name, seconds in chain)
        + f" = {total} s, {total / 60:.1f} minutes by averages"
    )
    if not topology.databases:
        return broken("there is no database cluster", line)
    others = [name for name, _ in chain if topology.stack.resources[name].type not in _DATABASE]
    if others:
        return broken(f"{', '.join(others)} makes it {total / 60:.1f} minutes", line)
    return kept(f"{total / 60:.1f} minutes by averages, the database's own", line)
