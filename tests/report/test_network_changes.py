"""Which changes in place AWS refuses because of a subnet, a VPC or a gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.network_changes import IN_ONE_VPC, SUBNET_GROUPS
from payment_templates.report.comparison import Effect
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import real_document
from tests.report.test_collisions import SUBNET, small
from tests.report.test_occupied_places import BALANCER, compared

if TYPE_CHECKING:
    from payment_templates.report.comparison import ResourceChange
    from tests.evidence.changes import Change, Json

VPC = "AWS::EC2::VPC"
GROUP = "AWS::RDS::DBSubnetGroup"
IN_A, IN_B, IN_C = ({"Ref": f"Subnet{zone}"} for zone in "ABC")


def subnet(zone: str, number: int) -> tuple[str, Json]:
    block = f"10.0.{number}.0/24"
    return SUBNET, {"VpcId": {"Ref": "Vpc"}, "CidrBlock": block, "AvailabilityZone": zone}


NETWORK = small(
    Vpc=(VPC, {"CidrBlock": "10.0.0.0/16"}),
    SubnetA=subnet("us-east-1a", 0),
    SubnetB=subnet("us-east-1b", 1),
    SubnetC=subnet("us-east-1c", 2),
    Firewall=(
        "AWS::EC2::SecurityGroup",
        {"GroupDescription": "a", "VpcId": {"Ref": "Vpc"}},
    ),
)
OTHER_VPC = put("Vpc.Properties.CidrBlock", "10.0.0.0/17")
OTHER_BLOCK = put("SubnetA.Properties.CidrBlock", "10.0.9.0/24")


def with_network(**entries: tuple[str, Json]) -> Json:
    return {"Resources": {**NETWORK["Resources"], **small(**entries)["Resources"]}}


def update(document: Json, *changes: Change) -> dict[str, ResourceChange]:
    return compared(document, changed(document, *changes))


GROUP_OF_TWO = (GROUP, {"DBSubnetGroupDescription": "a", "SubnetIds": [IN_A, IN_B]})
FIREWALL = [{"Ref": "Firewall"}]
BOUND: dict[str, tuple[str, Json]] = {
    "subnet group": GROUP_OF_TWO,
    "load balancer": (BALANCER, {"Subnets": [IN_A, IN_B], "SecurityGroups": FIREWALL}),
    "network load balancer": (
        BALANCER,
        {"Type": "network", "SubnetMappings": [{"SubnetId": IN_A}, {"SubnetId": IN_B}]},
    ),
    "cluster": ("AWS::RDS::DBCluster", {"VpcSecurityGroupIds": FIREWALL}),
    "domain": ("AWS::OpenSearchService::Domain", {"VPCOptions": {"SubnetIds": [IN_A]}}),
    "kubernetes": ("AWS::EKS::Cluster", {"ResourcesVpcConfig": {"SubnetIds": [IN_A, IN_B]}}),
}


@pytest.mark.parametrize(("kind", "properties"), BOUND.values(), ids=BOUND)
def test_what_stays_in_its_vpc_cannot_follow_a_replaced_one(kind: str, properties: Json) -> None:
    found = update(with_network(Bound=(kind, properties)), OTHER_VPC)

    assert found["SubnetA"].effect is Effect.REPLACED
    assert found["Bound"].effect is Effect.REFUSED
    assert "one VPC" in found["Bound"].why or "another VPC" in found["Bound"].why


def test_function_may_follow_a_replaced_vpc() -> None:
    properties = {"VpcConfig": {"SubnetIds": [IN_A], "SecurityGroupIds": FIREWALL}}

    found = update(with_network(Code=("AWS::Lambda::Function", properties)), OTHER_VPC)

    assert found["Code"].effect is Effect.IN_PLACE


def test_load_balancer_cannot_move_to_the_subnets_of_another_vpc() -> None:
    balancer = (BALANCER, {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": FIREWALL})
    other = with_network(
        Balancer=balancer,
        Second=(VPC, {"CidrBlock": "10.1.0.0/16"}),
        Other=("AWS::EC2::SecurityGroup", {"GroupDescription": "b", "VpcId": {"Ref": "Second"}}),
    )

    found = update(other, put("Balancer.Properties.SecurityGroups", [{"Ref": "Other"}]))

    assert found["Balancer"].effect is Effect.REFUSED


IN_SUBNET: dict[str, tuple[str, str]] = {
    "interface": ("AWS::EC2::NetworkInterface", "GroupSet"),
    "instance": ("AWS::EC2::Instance", "SecurityGroupIds"),
}


@pytest.mark.parametrize(("kind", "groups"), IN_SUBNET.values(), ids=IN_SUBNET)
@pytest.mark.parametrize("moved", [True, False], ids=["other VPC", "same VPC"])
def test_interface_cannot_follow_its_security_group_to_another_vpc(
    kind: str, groups: str, *, moved: bool
) -> None:
    properties = {"SubnetId": "subnet-1", groups: [{"Fn::GetAtt": ["Firewall", "GroupId"]}]}
    vpc = put("Firewall.Properties.VpcId", "vpc-1")
    document = changed(with_network(One=(kind, properties)), vpc)
    change = "VpcId" if moved else "GroupDescription"

    found = update(document, put(f"Firewall.Properties.{change}", "vpc-2"))

    assert found["Firewall"].effect is Effect.REPLACED
    assert (found["One"].effect is Effect.REFUSED) is moved
    assert ("one VPC" in found["One"].why) is moved


def test_load_balancer_changes_to_another_subnet_and_group_of_its_vpc() -> None:
    balancer = (BALANCER, {"Subnets": [IN_A, IN_B], "SecurityGroups": FIREWALL})

    found = update(
        with_network(Balancer=balancer),
        OTHER_BLOCK,
        put("Firewall.Properties.GroupDescription", "b"),
        put("Balancer.Properties.Subnets", [IN_A, IN_C]),
    )

    assert found["Balancer"].effect is Effect.IN_PLACE
    assert not found["Balancer"].why


def instance(**properties: object) -> tuple[str, Json]:
    return "AWS::RDS::DBInstance", {"Engine": "mysql", **properties}


IN_GROUP = {"DBSubnetGroupName": {"Ref": "Group"}}
ZONE_OF_A = {"Fn::GetAtt": ["SubnetA", "AvailabilityZone"]}
OF_CLUSTER = {"DBClusterIdentifier": {"Ref": "Cluster"}, "AvailabilityZone": "us-east-1b"}
# The database, the effect of a replaced subnet in zone a, and what is said about it.
DATABASES: dict[str, tuple[dict[str, tuple[str, Json]], Effect, str]] = {
    "in the zone": (
        {"One": instance(**IN_GROUP, AvailabilityZone="us-east-1a")},
        Effect.REFUSED,
        "One is in SubnetA",
    ),
    "in a zone that is not known": (
        {"One": instance(**IN_GROUP)},
        Effect.REFUSED,
        "One may be in SubnetA",
    ),
    "in two zones": (
        {"One": instance(**IN_GROUP, AvailabilityZone="us-east-1b", MultiAZ=True)},
        Effect.REFUSED,
        "One may be in SubnetA",
    ),
    "in another zone": (
        {"One": instance(**IN_GROUP, AvailabilityZone="us-east-1b")},
        Effect.IN_PLACE,
        "",
    ),
    "instance of a cluster in another zone": (
        {"Cluster": ("AWS::RDS::DBCluster", IN_GROUP), "One": instance(**OF_CLUSTER)},
        Effect.IN_PLACE,
        "",
    ),
    "cluster": (
        {"Cluster": ("AWS::RDS::DBCluster", IN_GROUP)},
        Effect.REFUSED,
        "Cluster may be in SubnetA",
    ),
    "outside the template": ({}, Effect.IN_PLACE, "the update may fail"),
}


@pytest.mark.parametrize(("databases", "effect", "said"), DATABASES.values(), ids=DATABASES)
def test_subnet_in_use_cannot_leave_its_group(
    databases: dict[str, tuple[str, Json]], effect: Effect, said: str
) -> None:
    found = update(with_network(Group=GROUP_OF_TWO, **databases), OTHER_BLOCK)

    assert found["SubnetA"].effect is Effect.REPLACED
    assert found["Group"].effect is effect
    assert said in found["Group"].why if said else not found["Group"].why


@pytest.mark.parametrize(
    ("place", "effect"), [(0, Effect.REFUSED), (1, Effect.IN_PLACE)], ids=["same", "other"]
)
def test_zones_of_the_account_differ(place: int, effect: Effect) -> None:
    zones = [{"Fn::Select": [it, {"Fn::GetAZs": ""}]} for it in (0, place)]
    database = instance(**IN_GROUP, AvailabilityZone=zones[1])
    document = changed(
        with_network(Group=GROUP_OF_TWO, One=database),
        put("SubnetA.Properties.AvailabilityZone", zones[0]),
    )

    assert update(document, OTHER_BLOCK)["Group"].effect is effect


def test_instance_in_the_zone_of_another_subnet_is_not_in_this_one() -> None:
    database = instance(
        **IN_GROUP, AvailabilityZone={"Fn::GetAtt": ["SubnetB", "AvailabilityZone"]}
    )
    document = with_network(Group=GROUP_OF_TWO, One=database)
    no_zones = [cut(f"Subnet{zone}.Properties.AvailabilityZone") for zone in "AB"]

    found = update(changed(document, *no_zones), OTHER_BLOCK)

    assert found["Group"].effect is Effect.IN_PLACE


def test_zone_of_an_instance_may_be_that_of_its_subnet() -> None:
    database = instance(**IN_GROUP, AvailabilityZone=ZONE_OF_A)

    found = update(with_network(Group=GROUP_OF_TWO, One=database), OTHER_BLOCK)

    assert "One is in SubnetA" in found["Group"].why


def test_group_of_a_subnet_that_may_be_replaced_may_fail() -> None:
    zone = put("SubnetB.Properties.AvailabilityZone", ZONE_OF_A)
    document = changed(with_network(Group=GROUP_OF_TWO), zone)

    found = update(document, OTHER_BLOCK, put("Group.Properties.SubnetIds", [IN_B, IN_C]))

    assert found["SubnetB"].effect is Effect.MAY_REPLACE
    assert "if it replaces SubnetB" in found["Group"].why


def test_subnet_of_a_cache_in_use_cannot_leave_its_group() -> None:
    kind = "AWS::ElastiCache"
    cache = with_network(
        Group=(f"{kind}::SubnetGroup", {"Description": "a", "SubnetIds": [IN_A, IN_B]}),
        Cache=(f"{kind}::ReplicationGroup", {"CacheSubnetGroupName": {"Ref": "Group"}}),
    )

    found = update(cache, put("Group.Properties.SubnetIds", [IN_B, IN_C]))

    assert found["Group"].effect is Effect.REFUSED
    assert "SubnetInUse" in found["Group"].why


def test_group_gets_another_subnet() -> None:
    group = with_network(Group=GROUP_OF_TWO, One=instance(**IN_GROUP))

    found = update(group, put("Group.Properties.SubnetIds", [IN_A, IN_B, IN_C]))

    assert found["Group"].effect is Effect.IN_PLACE
    assert not found["Group"].why


@pytest.mark.parametrize(
    ("entry", "path"),
    [(GROUP_OF_TWO, "SubnetIds"), ((BALANCER, {"Subnets": [IN_A, IN_B]}), "Subnets")],
    ids=["subnet group", "load balancer"],
)
@pytest.mark.parametrize("replaced", [True, False], ids=["same zone", "one subnet"])
def test_subnets_of_one_zone_are_too_few(
    entry: tuple[str, Json], path: str, *, replaced: bool
) -> None:
    document = with_network(One=entry, Other=subnet("us-east-1a", 3))
    left = [IN_A, {"Ref": "Other"}] if replaced else [IN_A]

    found = update(document, put(f"One.Properties.{path}", left))

    assert found["One"].effect is Effect.REFUSED
    assert "two Availability Zones" in found["One"].why


def test_network_load_balancer_may_have_one_zone() -> None:
    balancer = (BALANCER, {"Type": "network", "Subnets": [IN_A, IN_B]})

    found = update(with_network(One=balancer), put("One.Properties.Subnets", [IN_A]))

    assert found["One"].effect is Effect.IN_PLACE


def test_list_of_subnets_from_elsewhere_is_not_counted() -> None:
    group = with_network(One=GROUP_OF_TWO)
    listed = {"Fn::GetAtt": ["Nested", "Outputs.Subnets"]}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://a"}}

    found = update(group, put("Resources.Nested", nested), put("One.Properties.SubnetIds", listed))

    assert found["One"].effect is Effect.IN_PLACE


@pytest.mark.parametrize(
    ("kind", "effect", "said"),
    [
        ("network", Effect.REFUSED, "the new SubnetA is in the zone of the old SubnetA"),
        ("gateway", Effect.REFUSED, "keeps all of its subnets"),
        ("application", Effect.IN_PLACE, ""),
    ],
)
def test_subnet_of_a_load_balancer_is_replaced_in_its_zone(
    kind: str, effect: Effect, said: str
) -> None:
    balancer = (BALANCER, {"Type": kind, "Subnets": [IN_A, IN_B]})

    found = update(with_network(One=balancer), OTHER_BLOCK)

    assert found["One"].effect is effect
    assert said in found["One"].why if said else not found["One"].why


def test_network_load_balancer_moves_to_another_zone() -> None:
    balancer = (BALANCER, {"Type": "network", "Subnets": [IN_A, IN_B]})

    found = update(with_network(One=balancer), put("One.Properties.Subnets", [IN_C, IN_B]))

    assert found["One"].effect is Effect.IN_PLACE
    assert not found["One"].why


def test_endpoint_may_not_get_a_second_subnet_in_a_zone() -> None:
    properties = {
        "VpcId": {"Ref": "Vpc"},
        "ServiceName": "com.amazonaws.us-east-1.ssm",
        "VpcEndpointType": "Interface",
        "SubnetIds": [IN_A, IN_B],
    }

    found = update(with_network(One=("AWS::EC2::VPCEndpoint", properties)), OTHER_BLOCK)

    assert found["One"].effect is Effect.IN_PLACE
    assert "DuplicateSubnetsInSameZone" in found["One"].why


MOUNT = "AWS::EFS::MountTarget"
IN_FILES = {"FileSystemId": {"Ref": "Files"}, "SecurityGroups": FIREWALL}
FILES = with_network(
    Files=("AWS::EFS::FileSystem", {}), One=(MOUNT, {**IN_FILES, "SubnetId": IN_A})
)


@pytest.mark.parametrize("change", [OTHER_BLOCK, OTHER_VPC], ids=["same zone", "another VPC"])
def test_mount_target_of_a_replaced_subnet_meets_the_old_one(change: Change) -> None:
    found = update(FILES, change)

    assert found["One"].effect is Effect.REFUSED
    assert "the old One exists until the end" in found["One"].why


@pytest.mark.parametrize(
    ("subnet_id", "effect"),
    [(IN_A, Effect.REFUSED), (IN_B, Effect.ADDED)],
    ids=["same zone", "other zone"],
)
def test_file_system_has_one_mount_target_in_a_zone(subnet_id: Json, effect: Effect) -> None:
    target = {"Type": MOUNT, "Properties": {**IN_FILES, "SubnetId": subnet_id}}

    found = update(FILES, put("Resources.Two", target))

    assert found["Two"].effect is effect


def test_mount_target_of_a_replaced_file_system_is_free() -> None:
    found = update(FILES, put("Files.Properties.Encrypted", True))  # noqa: FBT003 - a value.

    assert found["One"].effect is Effect.REPLACED


GATEWAY = "AWS::EC2::InternetGateway"
ATTACHED = with_network(
    Gateway=(GATEWAY, {}),
    Other=(GATEWAY, {}),
    Attachment=(
        "AWS::EC2::VPCGatewayAttachment",
        {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
    ),
)
# What is in the VPC, and whether it has a public address.
ADDRESSES: dict[str, tuple[str, Json, bool]] = {
    "NAT gateway": ("AWS::EC2::NatGateway", {"SubnetId": IN_A, "AllocationId": "a"}, True),
    "private NAT gateway": (
        "AWS::EC2::NatGateway",
        {"SubnetId": IN_A, "ConnectivityType": "private"},
        False,
    ),
    "public load balancer": (BALANCER, {"Subnets": [IN_A, IN_B]}, True),
    "internal load balancer": (BALANCER, {"Subnets": [IN_A, IN_B], "Scheme": "internal"}, False),
    "load balancer of another VPC": (BALANCER, {"Subnets": ["subnet-1", "subnet-2"]}, False),
}


@pytest.mark.parametrize(("kind", "properties", "public"), ADDRESSES.values(), ids=ADDRESSES)
def test_gateway_of_public_addresses_cannot_be_exchanged(
    kind: str, properties: Json, *, public: bool
) -> None:
    document = changed(ATTACHED, put("Resources.One", {"Type": kind, "Properties": properties}))

    found = update(document, put("Attachment.Properties.InternetGatewayId", {"Ref": "Other"}))

    attachment = found["Attachment"]
    assert attachment.effect is (Effect.REFUSED if public else Effect.IN_PLACE)
    assert ("One has one" if public else "the update may fail") in attachment.why


def test_gateway_under_a_new_logical_id_is_refused() -> None:
    renamed = put("GatewayAttachment.Properties.InternetGatewayId", {"Ref": "Renamed"})

    found = update(
        real_document(),
        cut("Resources.InternetGateway"),
        put("Resources.Renamed", {"Type": GATEWAY}),
        put("PublicRoute.Properties.GatewayId", {"Ref": "Renamed"}),
        renamed,
    )

    assert found["GatewayAttachment"].effect is Effect.REFUSED


@pytest.mark.parametrize("kind", IN_ONE_VPC)
def test_properties_that_stay_in_a_vpc_change_in_place(kind: str) -> None:
    schema = resource_schema(kind)
    assert schema

    for path in IN_ONE_VPC[kind][0]:
        assert schema.definition(path.replace(".", "/"))
        assert path.partition(".")[0] not in schema.create_only


@pytest.mark.parametrize("kind", SUBNET_GROUPS)
def test_users_of_a_subnet_group_name_it(kind: str) -> None:
    for user, name in SUBNET_GROUPS[kind].users.items():
        schema = resource_schema(user)
        assert schema
        assert name in schema.properties
