"""Checks that an application keeps running when its logs cannot be delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.compute.containers import containers_in
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_BLOCKING = "blocking"


@claim("A failure of the logs does not stop the application", "ECS: LogConfiguration, mode")
def logs_do_not_block(topology: Topology) -> Finding:
    """Check that no log driver blocks the application when it cannot deliver.

    Without a mode, the account's setting defaultLogDriverMode applies, which is non-blocking by
    default since 2025-06-25. A full buffer of a non-blocking driver loses logs:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
    """
    lines: list[str] = []
    open_: list[str] = []
    for name, container in containers_in(topology.stack):
        log = container.child("LogConfiguration")
        if not log.entries:
            continue
        mode = log.child("Options").text("mode")
        lines.append(f"{name}: {mode or 'the mode of the account'}")
        if mode == _BLOCKING:
            return broken(f"{name} waits for its log driver when the logs are interrupted", *lines)
        if not mode:
            open_.append(name)
    if not lines:
        return absent("no container has a log driver")
    if open_:
        why = f"if the account's defaultLogDriverMode is non-blocking, for {', '.join(open_)}"
        return conditional(why, *lines)
    return kept(f"{quantity(len(lines), 'log driver')}, none of them blocking", *lines)
