"""Rehearses the moves of a global database between the two regions."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.program import Program, Show

_GLOBAL_DATABASE = "AWS::RDS::GlobalCluster"
_POLL_SECONDS = 0.1
_WAIT_SECONDS = 10


class MoveError(RuntimeError):
    """The database is not written where it should be."""


def has_global_database(template: Mapping[str, Any]) -> bool:
    """Return whether the stacks of a template share one database."""
    return any(one["Type"] == _GLOBAL_DATABASE for one in template["Resources"].values())


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The home region of the database, and the other one."""

    aws: EmbeddedAws
    program: Program
    show: Show
    home: str
    away: str

    def switch_over(self, region: str) -> None:
        """Move the writer while both regions respond."""
        self.program.run("switchover", "--to", region, "--yes")
        self._require_writer(region)

    def fail_over(self) -> None:
        """Move the writer away from the unreachable home region, which then returns."""
        with self.show.step(f"Make {self.home} unreachable"):
            # Silent regions are for tests: they cost the timeouts of every call.
            self.aws.make_unreachable(self.home, silent=False)
        self.program.run(
            "failover", "--to", self.away, "--allow-data-loss", "--yes", region=self.away
        )
        self._require_writer(self.away)
        self.program.run("status", region=self.away)
        with self.show.step(f"Make {self.home} reachable again") as report:
            self.aws.make_reachable(self.home)
            self._await_connection()
            report("its cluster is a secondary")

    def _require_writer(self, region: str) -> None:
        writers = [one for one in self._members() if one["IsWriter"]]
        regions = [one["DBClusterArn"].split(":")[3] for one in writers]
        if regions != [region]:
            raise MoveError(f"{', '.join(regions) or 'no region'} writes, not {region}")

    def _await_connection(self) -> None:
        end = time.monotonic() + _WAIT_SECONDS
        while any(one["SynchronizationStatus"] != "connected" for one in self._members()):
            if time.monotonic() > end:
                raise MoveError(f"the cluster in {self.home} did not become a secondary")
            time.sleep(_POLL_SECONDS)

    def _members(self) -> list[dict[str, Any]]:
        # The region that stays reachable knows the members of both.
        found = self.aws.client("rds", self.away).describe_global_clusters()["GlobalClusters"]
        if len(found) != 1:
            raise MoveError(f"the stacks have {len(found)} global databases, not one")
        members: list[dict[str, Any]] = found[0]["GlobalClusterMembers"]
        return members
