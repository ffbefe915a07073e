"""Finds the known cause of a failure, and its hint."""

from payment_templates.rollout.cause.known import IN_LOGS, KNOWN_CAUSES, KnownCause

NO_KNOWN_CAUSE = "no known cause: search for the text, or ask AWS Support"


def find_known_cause(resource_type: str, text: str, log: str = "") -> KnownCause | None:
    """Return the first known cause that explains a failure; None for an unknown one."""
    for known in KNOWN_CAUSES:
        if known.explains(resource_type, f"{text}\n{log}" if known in IN_LOGS else text):
            return known
    return None


def hint_for(resource_type: str, text: str, log: str = "") -> str:
    """Return the hint of the known cause, or that none is known; empty without a text."""
    if not text.strip():
        return ""
    known = find_known_cause(resource_type, text, log)
    return known.hint if known else NO_KNOWN_CAUSE
