"""Decides how soon an alert is sent after a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.detection import alarm_paths, ends_before, event_paths
from payment_templates.evidence.alerting.symptoms import cases_of
from payment_templates.evidence.claim import absent, broken, conditional
from payment_templates.evidence.reuse import reused

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.symptom import Case
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


def judge_alerting(topology: Topology, kind: str) -> Finding:
    """Decide whether events report every fault of a kind, only alarms do, or nothing does."""
    cases = cases_of(topology, kind)
    if not cases:
        return absent(f"there is no {kind} whose failure an event or an alarm could report")
    every_alarm = alarm_paths(topology, kind)
    late = [text for path in every_alarm if (text := ends_before(topology, kind, path))]
    alarms = [path for path in every_alarm if not ends_before(topology, kind, path)]
    of_events, soonest = reused(topology.stack, lambda: _by_events(topology, cases), cases)
    lines = [*(path.arithmetic for path in alarms), *late, *of_events]
    unreported = ", ".join(case.name for case in cases if case.name not in soonest)
    if unreported and not alarms:
        return broken(f"no alert for {unreported}: no alarm and no event covers it", *lines)
    if unreported:
        worst = min(path.worst_seconds or 0 for path in alarms)
        return broken(f"only alarms report {unreported}, after {worst:g} s at worst", *lines)
    return conditional(f"{_in_words(soonest)}; AWS does not guarantee a delivery time", *lines)


def _by_events(
    topology: Topology, cases: tuple[Case, ...]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return lines about the events of each case, and the delay of the soonest, by case."""
    lines: list[str] = []
    soonest: dict[str, str] = {}
    for case in cases:
        events = event_paths(topology, case)
        lines += [f"{case.name}: {path.arithmetic}" for path in events]
        lines += [
            f"{case.name}: {symptom.what} {symptom.blocked}"
            for symptom in case.symptoms
            if symptom.blocked
        ]
        if events:
            soonest[case.name] = min((path.after for path in events), key=bool)
    return tuple(lines), soonest


def _in_words(soonest: dict[str, str]) -> str:
    """Return the delay of the soonest alert as text, with the cases it applies to."""
    groups: dict[str, list[str]] = {}
    for name, after in soonest.items():
        groups.setdefault(after or "immediately", []).append(name)
    return "; ".join(f"{', '.join(names)}: alert {after}" for after, names in groups.items())
