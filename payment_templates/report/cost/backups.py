"""Calculates what the snapshots of AWS Backup cost: storage in each vault, and their copies."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from payment_templates.evidence.backups.plans import (
    VAULT,
    rules_of,
    selections_of,
    selects,
)
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.facts.prices import AURORA_BACKUP, REGION_DATA
from payment_templates.report.cost.bill_lines import DATABASE, Line, priced, unpriced
from payment_templates.report.cost.usage import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence import Topology
    from payment_templates.evidence.backups.plans import BackupRule
    from payment_templates.evidence.topology.database import Database
    from payment_templates.report.cost.usage import Usage

_WHAT = "AWS Backup"
_COPIES = f"{_WHAT}, copies from another region"
_AURORA = "aurora-postgresql"
# Once a day, every day: cron(minute hour day month weekday year).
_DAILY = re.compile(r"cron\(\d+ \d+ (\? \* \*|\* \* \?) \*\)")


def backup_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the snapshots that each plan keeps here, the copies it sends, and those kept here."""
    lines = (*_own_plans(topology, usage), *_copies_here(topology, usage))
    yield from lines
    priced_here = {name for line in lines for name in line.resources}
    for vault in topology.stack.of_type(VAULT):
        if vault.logical_id not in priced_here:
            problem = f"the template does not say what {vault.logical_id} stores"
            yield unpriced(DATABASE, VAULT, vault.logical_id, problem=problem)


def _own_plans(topology: Topology, usage: Usage) -> Iterator[Line]:
    for database, rule in _backed_up(topology):
        vault = topology.stack.find(rule.vault, VAULT)
        name = vault.logical_id if vault else rule.plan
        if problem := _problem(database, rule):
            yield unpriced(DATABASE, _WHAT, name, problem=problem)
            continue
        # "SnapshotStorageUsed: … outside its backup retention window":
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-storage-backup.html
        recovery = database.properties.number("BackupRetentionPeriod", 1)
        beyond = max(0.0, rule.days - recovery)
        how = f"those beyond {recovery:g} days of point-in-time recovery"
        region = topology.stack.region
        yield _stored(_WHAT, name, region=region, snapshots=beyond, usage=usage, how=how)
        for copy in rule.copies:
            # "Aurora DB cluster snapshot copies are always full copies":
            # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_CopySnapshot.html
            yield priced(
                *(DATABASE, f"{_WHAT}, data to {copy.region}", rule.plan),
                price=REGION_DATA,
                region=region,
                quantity=usage.storage_gb * DAYS_PER_MONTH,
                how=f"{usage.storage_gb:g} GB a day: a copy is always a full one",
                by_usage=True,
            )


def _copies_here(topology: Topology, usage: Usage) -> Iterator[Line]:
    other, region = topology.counterpart, topology.stack.region
    for database, rule in _backed_up(other) if other else ():
        for copy in rule.copies:
            vault = topology.stack.find(copy.vault, VAULT)
            if (copy.account, copy.region) != (ACCOUNT, region) or vault is None:
                continue
            name = vault.logical_id
            if problem := _problem(database, rule):
                yield unpriced(DATABASE, _COPIES, name, problem=problem)
            else:
                how = "a copy is always a full one"
                yield _stored(
                    _COPIES, name, region=region, snapshots=copy.days, usage=usage, how=how
                )


def _backed_up(topology: Topology) -> Iterator[tuple[Database, BackupRule]]:
    stack = topology.stack
    for database in topology.databases:
        resource = stack.resources[database.logical_id]
        for rule in rules_of(stack):
            if any(selects(stack, it, resource) for it in selections_of(stack, rule.plan)):
                yield database, rule


def _problem(database: Database, rule: BackupRule) -> str:
    if not database.is_cluster or database.engine != _AURORA:
        return f"no price for snapshots of {database.engine or 'a database'}"
    if not _DAILY.fullmatch(rule.schedule):
        return f"the schedule of {rule.plan} is not once a day"
    if not all(map(math.isfinite, (rule.days, *(copy.days for copy in rule.copies)))):
        return f"the snapshots of {rule.plan} never expire"
    return ""


def _stored(what: str, name: str, *, region: str, snapshots: float, usage: Usage, how: str) -> Line:
    return priced(
        *(DATABASE, what, name),
        price=AURORA_BACKUP,
        region=region,
        quantity=snapshots * usage.storage_gb,
        how=f"{snapshots:g} snapshots x {usage.storage_gb:g} GB: {how}",
        by_usage=True,
    )
