from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST, WEST, resource


def test_second_record_of_a_role_is_rejected_by_route_53(aws: EmbeddedAws) -> None:
    zone = _zone(aws)
    _create(aws, zone, _record("first", "PRIMARY"))
    _create(aws, zone, _record("second", "SECONDARY"))

    with pytest.raises(ClientError, match=r"InvalidChangeBatch.*SetIdentifier third"):
        _create(aws, zone, _record("third", "SECONDARY"))

    listed = aws.client("route53", EAST).list_resource_record_sets(HostedZoneId=zone)
    identifiers = {one.get("SetIdentifier") for one in listed["ResourceRecordSets"]}
    assert identifiers == {None, "first", "second"}


def test_second_record_of_a_role_fails_its_stack(aws: EmbeddedAws) -> None:
    zone = _zone(aws)
    stacks.create(aws, _template(zone, "first"))

    outcome = stacks.create(aws, _template(zone, "second"), region=WEST)

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "a failover RRSet with the same name" in outcome.failures["It"]


def test_record_of_a_role_can_be_updated(aws: EmbeddedAws) -> None:
    zone = _zone(aws)
    stacks.create(aws, _template(zone, "first"))

    outcome = stacks.update(aws, _template(zone, "first", TTL="60"))

    assert outcome.status == "UPDATE_COMPLETE"


def _zone(aws: EmbeddedAws) -> str:
    client = aws.client("route53", EAST)
    zone = client.create_hosted_zone(Name="example.com", CallerReference="test")
    return str(zone["HostedZone"]["Id"].rpartition("/")[2])


def _record(identifier: str, role: str) -> dict[str, Any]:
    return {
        "Name": "pay.example.com",
        "Type": "CNAME",
        "TTL": 30,
        "ResourceRecords": [{"Value": "elsewhere.example.com"}],
        "SetIdentifier": identifier,
        "Failover": role,
    }


def _create(aws: EmbeddedAws, zone: str, record: dict[str, Any]) -> None:
    aws.client("route53", EAST).change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )


def _template(zone: str, identifier: str, **more: str) -> dict[str, Any]:
    properties = {
        **_record(identifier, "SECONDARY"),
        "TTL": "30",
        "ResourceRecords": ["elsewhere.example.com"],
        "HostedZoneId": zone,
        **more,
    }
    return resource("AWS::Route53::RecordSet", **properties)
