"""Writes incidents as the data that the page's script shows, without calculating anything there.

Recoveries, alerts and reasons that several incidents share are stored once, by number.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.faults.effects import DATABASE
from payment_templates.evidence.machine_output import recovery_document
from payment_templates.evidence.text_output import recovery_time
from payment_templates.report.page.lost_parts import lost_bars, lost_chips
from payment_templates.report.page.weak_steps import what_decides

if TYPE_CHECKING:
    from payment_templates.evidence import Incident
    from payment_templates.evidence.incidents.alerts import Alert
    from payment_templates.report.page.findings import Findings


class _Table:
    """Stores equal documents once."""

    def __init__(self) -> None:
        self.entries: list[object] = []
        self._numbers: dict[str, int] = {}

    def number(self, document: object) -> int:
        """Return the number of a document, which is added if it is new."""
        key = json.dumps(document, sort_keys=True)
        if key not in self._numbers:
            self._numbers[key] = len(self.entries)
            self.entries.append(document)
        return self._numbers[key]


def incident_data(found: Findings) -> dict[str, object]:
    """Return the faults that can be chosen, and every incident by the numbers of its faults."""
    singles = [it.faults[0] for it in found.incidents if len(it.faults) == 1]
    numbers = {fault: number for number, fault in enumerate(singles)}
    recoveries, alerts = _Table(), _Table()
    chains = _Table()
    incidents = {
        "+".join(str(numbers[fault]) for fault in incident.faults): _incident(
            incident, found, recoveries=recoveries, chains=chains, alerts=alerts
        )
        for incident in found.incidents
    }
    return {
        "faults": [
            {"title": str(fault), "kind": fault.kind, "name": fault.name} for fault in singles
        ],
        "incidents": incidents,
        "recoveries": recoveries.entries,
        "chains": chains.entries,
        "alerts": alerts.entries,
    }


def _incident(
    incident: Incident, found: Findings, *, recoveries: _Table, chains: _Table, alerts: _Table
) -> dict[str, object]:
    region = found.picture.regions[0]
    return {
        "title": str(incident),
        "tiers": {
            effect.tier: {
                "before": effect.before,
                "lost": effect.lost,
                "remains": effect.remains,
                "blocked": effect.blocked,
            }
            for effect in incident.effects
        },
        "chips": lost_chips(region, incident.faults, database_serves=_database_serves(incident)),
        "bars": lost_bars(region, incident.faults, incident.effects),
        "recoveries": [
            recoveries.number(_shared(recovery_document(it), chains)) for it in incident.recoveries
        ],
        # In the order of the recoveries.
        "rto": [recovery_time(it) for it in incident.recoveries],
        "decides": [what_decides(it) for it in incident.recoveries],
        "alerts": [
            alerts.number(_alert(it, found.recipients.get(it.resource, "")))
            for it in incident.alerts
        ],
        "alerts_of_region": _region_alert(found) if _is_region(incident) else None,
        "unknown": incident.unknown or None,
    }


def _shared(document: dict[str, object], chains: _Table) -> dict[str, object]:
    listed = cast("list[object]", document["chains"])
    return {**document, "chains": [chains.number(chain) for chain in listed]}


def _alert(alert: Alert, recipients: str) -> dict[str, object]:
    return {
        "kind": alert.kind,
        "resource": alert.resource,
        "best": alert.best_seconds,
        "worst": alert.worst_seconds,
        "how": alert.how,
        "late": alert.late or None,
        "recipients": recipients or None,
    }


def _database_serves(incident: Incident) -> bool:
    """Return whether an instance is left that can read the data."""
    return all(effect.remains for effect in incident.effects if effect.tier == DATABASE)


def _is_region(incident: Incident) -> bool:
    return any(fault.kind == "region" for fault in incident.faults)


def _region_alert(found: Findings) -> str | None:
    for result in found.examination.results:
        if result.claim.id == "region-loss-detected":
            return f"{result.finding.verdict}: {result.finding.why}"
    return None
