"""What the generator decides: the shape of the template, at the time it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args

# The letters that name a zone's copies, and the most zones that any region has (us-east-1).
MOST_ZONES = 6
# A VPC's third octet holds public subnets from 1 and private ones from 11.
FEWEST_ZONES = 3
# An Aurora cluster takes fifteen replicas:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html
MOST_READERS = 15
# CreateDBCluster, BackupRetentionPeriod.
LONGEST_BACKUP_DAYS = 35
# PutRetentionPolicy, retentionInDays.
LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
# Tasks that one service runs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
MOST_TASKS = 5000
# Memory in MiB that each CPU size takes:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
FARGATE_SIZES = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
}

DeletionPolicy = Literal["Delete", "Snapshot"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """The generator's decisions; the defaults are the specification.

    Raises ValueError, with the value given and what would do, for a shape that cannot be deployed.
    """

    zones: int = 3
    nat_gateways: int = 1
    instance_class: str = "db.t3.medium"
    readers: int = 2
    backup_days: int = 1
    log_days: int = 7
    tasks: int = 6
    task_cpu: int = 256
    task_memory_mib: int = 512
    target_cpu_percent: int = 75
    # For the database alone: "Snapshot" keeps a last snapshot of it. Everything else is deleted.
    deletion_policy: DeletionPolicy = "Delete"
    deletion_protection: bool = False

    def __post_init__(self) -> None:
        """Refuse what AWS or the stack's own promises would refuse later."""
        _in_range("zones", self.zones, FEWEST_ZONES, MOST_ZONES)
        _in_range("nat_gateways", self.nat_gateways, 1, MOST_ZONES)
        if self.nat_gateways not in {1, self.zones}:
            raise ValueError(
                f"nat_gateways must be 1 or {self.zones} (one per zone), got {self.nat_gateways}"
            )
        if not re.fullmatch(r"db\.[a-z0-9-]+\.[a-z0-9]+", self.instance_class):
            raise ValueError(
                "instance_class must be a database class such as db.t3.medium, "
                f"got {self.instance_class!r}"
            )
        _in_range("readers", self.readers, 1, MOST_READERS)
        _in_range("backup_days", self.backup_days, 1, LONGEST_BACKUP_DAYS)
        _one_of("log_days", self.log_days, LOG_DAYS)
        _in_range("tasks", self.tasks, self.zones, MOST_TASKS)
        if self.tasks % self.zones:
            raise ValueError(
                f"tasks must be a multiple of {self.zones} (as many in every zone), "
                f"got {self.tasks}"
            )
        _one_of("task_cpu", self.task_cpu, tuple(FARGATE_SIZES))
        _one_of("task_memory_mib", self.task_memory_mib, tuple(FARGATE_SIZES[self.task_cpu]))
        _in_range("target_cpu_percent", self.target_cpu_percent, 1, 100)
        _one_of("deletion_policy", self.deletion_policy, get_args(DeletionPolicy))


def _in_range(name: str, value: int, least: int, most: int) -> None:
    # A bool is an int to Python, and no number of anything.
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, got {value!r}")


def _one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(str, allowed))}; got {value!r}")


STANDARD = Options()
# What a profile lists is what sets it apart from the specification.
PROFILES = {
    "standard": STANDARD,
    "production": replace(
        STANDARD,
        nat_gateways=STANDARD.zones,
        # AWS recommends the T classes for development and test only:
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.html
        instance_class="db.r6g.large",
        backup_days=LONGEST_BACKUP_DAYS,
        # PCI DSS 10.5.1 asks for twelve months; the next step above 365 leaves a margin.
        log_days=400,
        deletion_policy="Snapshot",
        deletion_protection=True,
    ),
}
