"""Rejects a second PRIMARY or SECONDARY record of one name and type.

"For one resource record set, you specify PRIMARY ...; for the other resource record set, you
specify SECONDARY": API ResourceRecordSet, Failover. Route 53 refuses a second one (boto/boto3
1347); the wording is that of latency records (hashicorp/terraform-provider-aws 1668).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.strictness.desired import Desired

_MODULE = f"{ministack.SERVICES}.route53"
_Record = Mapping[str, Any]


def install() -> None:
    """Reject them in ChangeResourceRecordSets."""
    ministack.replace_everywhere(_MODULE, "_change_resource_record_sets", _checked)


def check(desired: Desired) -> Iterator[str]:
    """Reject a record set whose failover role another record has."""
    role = desired.properties.get("Failover")
    if desired.resource_type != "AWS::Route53::RecordSet" or not role:
        return
    name = str(desired.properties.get("Name", ""))
    own = {
        (desired.before or {}).get("SetIdentifier"),
        desired.properties.get("SetIdentifier"),
    }
    zone_of = ministack.look_up(ministack.PROVISIONERS, "_r53_resolve_hosted_zone_id")
    for record in _records().get(zone_of(desired.properties), ()):
        same_name = record["Name"].rstrip(".") == name.rstrip(".")
        same_role = record.get("Failover") == role and record["Type"] == desired.properties["Type"]
        if same_name and same_role and record.get("SetIdentifier") not in own:
            yield _reason({**desired.properties, "Name": record["Name"]})


def _checked(original: Callable[[str, bytes], Any]) -> object:
    def change(zone_id: str, body: bytes) -> Any:  # noqa: ANN401 - ministack's own response
        before = list(_records().get(zone_id, ()))
        answer = original(zone_id, body)
        twice = _twice(_records().get(zone_id, ()))
        if twice is None:
            return answer
        _records()[zone_id] = before
        reject = ministack.look_up(_MODULE, "_error_response")
        return reject("InvalidChangeBatch", _reason(twice))

    return change


def _twice(records: Sequence[_Record]) -> _Record | None:
    roles = Counter(map(_role, records))
    # The new one is the last.
    found = [one for one in records if one.get("Failover") and roles[_role(one)] > 1]
    return found[-1] if found else None


def _role(record: _Record) -> tuple[object, ...]:
    return record["Name"], record["Type"], record.get("Failover")


def _reason(record: _Record) -> str:
    return (
        f"[RRSet with DNS name {record['Name']}, type {record['Type']}, SetIdentifier "
        f"{record.get('SetIdentifier')}, and Failover {record['Failover']} cannot be created "
        "because a failover RRSet with the same name, type and failover role already exists.]"
    )


def _records() -> dict[str, list[_Record]]:
    records: dict[str, list[_Record]] = ministack.look_up(_MODULE, "_records")
    return records
