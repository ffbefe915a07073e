"""Checks that every alarm fires within a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.composite_delay import path_of
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.topology.alerting.alarms import Alarm
from payment_templates.facts.metrics import AWS_BACKUP_METRICS, CERTIFICATE_METRICS

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_PROMISED_SECONDS = 60
_NO_SERVICE = {AWS_BACKUP_METRICS: "backups", CERTIFICATE_METRICS: "certificates"}


@claim("Alarms trigger within 60 seconds", "Constraint 6", "Success metric 3")
def alarms_within_sixty_seconds(topology: Topology) -> Finding:
    """Check that no alarm takes longer than 60 s to fire.

    "Of service degradation", says the success metric: a missing backup degrades no service, nor
    does a certificate that is valid for some days, and no alarm could notice a missing backup
    before the next one is due.

    The time is that of the source (such as failed health checks) + periods + metric delivery +
    alarm evaluation:

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """
    alarms = every_alarm(topology)
    if not alarms:
        return absent("there is no alarm")
    for alarm in alarms:
        if alarm.unread:
            return broken(f"{alarm.logical_id} cannot be judged: {alarm.unread}")
        if alarm.undecided:
            raise UnexpectedValueError(alarm.logical_id, alarm.undecided)
    times = {it.logical_id: path_of(topology, it) for it in alarms if not _watches(it)}
    paths = [path for path in times.values() if path]
    lines = [path.arithmetic for path in paths]
    lines += [f"{name}: its state never changes" for name, path in times.items() if not path]
    lines += [f"{it.logical_id}: watches {what}" for it in alarms if (what := _watches(it))]
    if not paths:
        return absent("the state of no alarm can change", *lines)
    fastest = min(path.worst_seconds or 0 for path in paths)
    slowest = max(path.worst_seconds or 0 for path in paths)
    if slowest > _PROMISED_SECONDS:
        return broken(f"worst {fastest:g} to {slowest:g} s", *lines, amount=slowest)
    return conditional(f"worst {slowest:g} s, if the metric is delivered in time", *lines)


def _watches(alarm: AnyAlarm) -> str:
    """Return what an alarm watches that degrades no service, or ""."""
    series = alarm.series.values() if isinstance(alarm, Alarm) else ()
    words = {_NO_SERVICE.get(it.namespace, "") for it in series}
    return words.pop() if len(words) == 1 else ""
