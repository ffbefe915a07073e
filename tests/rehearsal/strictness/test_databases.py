"""Databases that RDS refuses: retired engine versions, and zones that a subnet group lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal import databases, stacks
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

_ENGINE = "aurora-postgresql"
_LOST = "Cannot find version 15.8 for aurora-postgresql"


def _subnet(zone: str, number: int) -> dict[str, Any]:
    properties = {
        "VpcId": {"Ref": "Vpc"},
        "CidrBlock": f"10.0.{number}.0/24",
        "AvailabilityZone": f"{EAST}{zone}",
    }
    return {"Type": "AWS::EC2::Subnet", "Properties": properties}


_NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "SubnetA": _subnet("a", 1),
    "SubnetB": _subnet("b", 2),
    "SubnetGroup": {
        "Type": "AWS::RDS::DBSubnetGroup",
        "Properties": {
            "DBSubnetGroupName": "two-zones",
            "DBSubnetGroupDescription": "Two zones",
            "SubnetIds": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
        },
    },
}


@pytest.mark.parametrize("version", ["15.8", "14.16"])
def test_cluster_with_a_retired_version_is_refused(aws: EmbeddedAws, version: str) -> None:
    rds = aws.client("rds", EAST)

    with pytest.raises(ClientError) as refused:
        rds.create_db_cluster(DBClusterIdentifier="old", Engine=_ENGINE, EngineVersion=version)

    assert refusal(refused) == (
        "InvalidParameterCombination",
        f"Cannot find version {version} for {_ENGINE}",
    )


def test_version_that_is_still_accepted_can_be_created(aws: EmbeddedAws) -> None:
    rds = aws.client("rds", EAST)

    rds.create_db_cluster(DBClusterIdentifier="oldest", Engine=_ENGINE, EngineVersion="15.10")

    assert databases.described(aws, "oldest")["EngineVersion"] == "15.10"


@pytest.mark.parametrize(
    "broken",
    [
        {"Cluster": databases.cluster(EngineVersion="15.8")},
        {"Cluster": databases.cluster(), "Writer": databases.instance(EngineVersion="15.8")},
    ],
    ids=["cluster", "instance"],
)
def test_stack_with_a_retired_version_is_rolled_back(
    aws: EmbeddedAws, broken: dict[str, Any]
) -> None:
    outcome = stacks.create(aws, {"Resources": broken})

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert _LOST in "".join(outcome.failures.values())


def test_retired_version_is_offered_neither_as_a_version_nor_as_an_instance(
    aws: EmbeddedAws,
) -> None:
    rds = aws.client("rds", EAST)

    offered = versions(aws)
    with pytest.raises(ClientError, match=_LOST):
        rds.describe_orderable_db_instance_options(Engine=_ENGINE, EngineVersion="15.8")

    assert "15.8" not in offered
    assert "15.10" in offered


def test_retired_version_is_listed_with_its_upgrades_on_request(aws: EmbeddedAws) -> None:
    listed = versions(aws, IncludeAll=True)

    upgrades = [target["EngineVersion"] for target in listed["15.8"]["ValidUpgradeTarget"]]
    assert listed["15.8"]["Status"] == "deprecated"
    assert "15.19" in upgrades


def test_instance_in_a_zone_without_a_subnet_is_refused(aws: EmbeddedAws) -> None:
    cluster = databases.cluster(DBSubnetGroupName={"Ref": "SubnetGroup"})
    writer = databases.instance(AvailabilityZone=f"{EAST}c")

    outcome = stacks.create(aws, {"Resources": {**_NETWORK, "Cluster": cluster, "Writer": writer}})

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert outcome.failures["Writer"] == (
        "Cannot create a db.t3.medium database instance because there is not a subnet in "
        "us-east-1c, the targeted availability zone. Create a new subnet in us-east-1c and target "
        "that availability zone again, or retry the launch with no availability zone, or choose "
        "from these availability zones: us-east-1a, us-east-1b."
    )


def test_instance_in_a_zone_of_its_subnet_group_is_created(aws: EmbeddedAws) -> None:
    cluster = databases.cluster(DBSubnetGroupName={"Ref": "SubnetGroup"})
    writer = databases.instance(AvailabilityZone=f"{EAST}b")

    outcome = stacks.create(aws, {"Resources": {**_NETWORK, "Cluster": cluster, "Writer": writer}})

    assert outcome.status == "CREATE_COMPLETE"


def test_rds_refuses_a_zone_without_a_subnet_with_its_code(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": _NETWORK})
    rds = aws.client("rds", EAST)
    rds.create_db_cluster(
        DBClusterIdentifier="payments", Engine=_ENGINE, DBSubnetGroupName="two-zones"
    )

    with pytest.raises(ClientError) as of_instance:
        rds.create_db_instance(
            DBInstanceIdentifier="one",
            DBClusterIdentifier="payments",
            DBInstanceClass="db.t3.medium",
            Engine=_ENGINE,
            AvailabilityZone=f"{EAST}c",
        )
    with pytest.raises(ClientError) as of_cluster:
        rds.create_db_cluster(
            DBClusterIdentifier="others",
            Engine=_ENGINE,
            DBSubnetGroupName="two-zones",
            AvailabilityZones=[f"{EAST}a", f"{EAST}c"],
        )

    assert refusal(of_instance)[0] == "InvalidVPCNetworkStateFault"
    assert refusal(of_cluster)[0] == "InvalidVPCNetworkStateFault"
    assert "zone '[us-east-1c]' is unavailable in this region" in refusal(of_cluster)[1]


def refusal(refused: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    error: dict[str, str] = cast("Any", refused.value.response)["Error"]
    return error["Code"], error["Message"]


def versions(aws: EmbeddedAws, **more: bool) -> dict[str, dict[str, Any]]:
    shown = aws.client("rds", EAST).describe_db_engine_versions(Engine=_ENGINE, **more)
    return {one["EngineVersion"]: one for one in shown["DBEngineVersions"]}
