"""Checks that the regions of one domain have different roles: one primary, one secondary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.finding import EVERYWHERE, Finding, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.planned_stack import PlannedStack

_RECORD_SET = "AWS::Route53::RecordSet"
_PRIMARY_REGION = "PrimaryRegion"
# Zone, name and type.
_Record = tuple[str, str, str]


def has_records(template: Template) -> bool:
    """Return whether the template may create DNS records."""
    return any(resource.type == _RECORD_SET for resource in template.resources.values())


def check_failover_roles(planned_stacks: Sequence[PlannedStack]) -> Iterator[Finding]:
    """Refuse two records of one name with the same failover role, which Route 53 does not accept.

    API ResourceRecordSet, Failover: one record set is PRIMARY, the other one SECONDARY.
    """
    roles: dict[_Record, dict[str, list[str]]] = {}
    for planned in planned_stacks:
        for record, role in _failover_records(planned):
            roles.setdefault(record, {}).setdefault(role, []).append(planned.region)
    for (_, name, kind), regions in roles.items():
        for role, same in regions.items():
            if len(same) > 1:
                yield refused(
                    EVERYWHERE,
                    f"the {kind} record of {name} would be {role} in {' and '.join(same)}: Route "
                    "53 accepts one PRIMARY and one SECONDARY record",
                    _remediation(planned_stacks[0], regions),
                )


def _failover_records(planned: PlannedStack) -> Iterator[tuple[_Record, str]]:
    for resource in planned.stack.of_type(_RECORD_SET):
        zone_id, name, kind, role = (
            known_text(resource.properties, key)
            for key in ("HostedZoneId", "Name", "Type", "Failover")
        )
        if zone_id and name and role:
            yield (zone_id, name.rstrip(".").lower(), kind), role


def _remediation(planned: PlannedStack, regions: dict[str, list[str]]) -> str:
    chosen = [region for same in regions.values() for region in same]
    most = 2
    if len(chosen) > most:
        return (
            "use the domain in two regions only: pass --override REGION:DomainName= for the others"
        )
    if _PRIMARY_REGION not in planned.stack.template.parameters:
        return "set another Failover for the record in one of the regions"
    return f"pass --parameter {_PRIMARY_REGION}={chosen[0]} (or {chosen[1]}), the same for both"
