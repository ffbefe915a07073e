"""Notices of deploy and rollout before the confirmation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.cloudformation import read_template
from payment_templates.rollout.changes import Change, PasswordEffect, Replacement
from payment_templates.rollout.consequences import consequence, require_allowance
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.notices import change_notices, network_notices, value_notices
from payment_templates.rollout.stack.password_change import judge_passwords
from payment_templates.rollout.values import Values
from tests.rollout.running import EAST, FAILING, NAME, SMALL, WEST, Commands, changed

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template

_PAYMENT = Path(__file__).parents[3] / "output" / "TapStack.json"
_FORMER = {
    "EnvironmentSuffix": "dev-001",
    "HealthCheckPath": "/",
    "ContainerImage": "nginx",
}


def test_engine_upgrade_is_announced_as_final() -> None:
    (first, *_) = change_notices([_change("DBCluster", "EngineVersion")])

    assert first.startswith("an engine upgrade is never undone")


@pytest.mark.parametrize(
    ("kind", "looks_at"),
    [
        ("DBClusterParameterGroup", "its own or the cluster's parameter group"),
        ("DBCluster", "its own or the cluster's parameter group"),
        ("DBInstance", "its own parameter group"),
    ],
)
def test_possible_restart_of_the_instances_is_announced(kind: str, looks_at: str) -> None:
    (notice,) = change_notices([_change(kind, "Tags")])

    assert looks_at in notice
    assert "restarts" in notice


def test_replaced_subscription_is_a_gap_in_the_alerts() -> None:
    subscription = _change("SNS::Subscription", "Endpoint", replacement=Replacement.ALWAYS)

    (notice,) = change_notices([subscription])

    assert "no one gets alerts until the new address confirms" in notice


def test_changed_zone_of_a_subnet_is_announced_to_fail() -> None:
    subnet = _change("EC2::Subnet", "AvailabilityZone", replacement=Replacement.ALWAYS)

    (notice,) = change_notices([subnet])

    assert "the update will fail" in notice


def test_other_change_has_no_notice() -> None:
    assert [*change_notices([_change("CloudWatch::Alarm", "Threshold")])] == []


def test_path_and_image_may_not_change_together() -> None:
    values = Values(open={"HealthCheckPath": "/health", "ContainerImage": "mine"})

    with pytest.raises(RolloutError, match="first deploy an image that answers both paths"):
        list(value_notices(values, _FORMER))


def test_changed_path_must_be_answered_already() -> None:
    values = Values(open={"HealthCheckPath": "/health", "ContainerImage": "nginx"})

    (notice,) = value_notices(values, _FORMER)

    assert notice.startswith("every running task must already answer /health")


def test_changed_suffix_is_a_new_database() -> None:
    (notice,) = value_notices(Values(open={"EnvironmentSuffix": "dev-002"}), _FORMER)

    assert "a new, empty one, and the old one is deleted" in notice


def test_unchanged_value_has_no_notice() -> None:
    assert [*value_notices(Values(open=_FORMER), _FORMER)] == []


def test_deploy_refuses_a_stack_of_another_suffix(commands: Commands) -> None:
    commands.deploy("--stack-name", "fixed")

    result = commands.deploy("--stack-name", "fixed", "--suffix", "dev-002")

    assert result.exit_code == 2
    assert "fixed has the suffix dev-001, not dev-002; nothing was changed" in result.stderr


def test_deploy_refuses_path_and_image_together(commands: Commands, tmp_path: Path) -> None:
    template = _with_path_and_image(tmp_path)
    commands.deploy(template=template)

    result = commands.deploy(*_NEW_PATH, *_NEW_IMAGE, template=template)

    assert result.exit_code == 3
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert not _change_sets(commands)


def test_deploy_may_change_the_path_alone(commands: Commands, tmp_path: Path) -> None:
    template = _with_path_and_image(tmp_path)
    commands.deploy(template=template)

    result = commands.deploy(*_NEW_PATH, template=template)

    assert result.exit_code == 0, result.output
    assert "every running task must already answer health" in result.stdout


def test_changed_vault_may_not_be_updated() -> None:
    (notice,) = change_notices([_change("Backup::BackupVault", "BackupVaultTags")])

    assert "policy of the backup vault refuses to be changed" in notice


def test_changed_tags_of_a_public_address_may_fail() -> None:
    (notice,) = change_notices([_change("EC2::EIP", "Tags")])

    assert "it may fail for the address of a NAT gateway" in notice


def test_new_health_check_counts_as_healthy_at_first() -> None:
    check = _change("Route53::HealthCheck", "HealthCheckConfig", replacement=Replacement.ALWAYS)

    (notice,) = change_notices([check])

    assert "do not update while the region is failed over" in notice


def test_rollout_refuses_path_and_image_together(commands: Commands, tmp_path: Path) -> None:
    template = _with_path_and_image(tmp_path)
    commands.rollout("--region", WEST, template=template)

    result = commands.rollout("--region", WEST, *_NEW_PATH, *_NEW_IMAGE, template=template)

    assert result.exit_code == 3
    assert commands.greeting(WEST) == "first"


def test_new_creation_may_have_any_path_and_image(commands: Commands, tmp_path: Path) -> None:
    result = commands.deploy(*_NEW_PATH, *_NEW_IMAGE, template=_with_path_and_image(tmp_path))

    assert result.exit_code == 0, result.output


def test_failed_update_warns_that_the_engine_may_stay(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=changed(tmp_path, {"Database": _database("15.17")}))
    wrong = {**FAILING, "DependsOn": ["Person", "Database"]}
    broken = changed(tmp_path, {"Database": _database("15.18"), "Wrong": wrong})

    result = commands.deploy(template=broken)

    assert result.exit_code == 1
    assert "an engine upgrade is never undone" in result.stdout
    assert "the database's engine may have been upgraded" in result.stdout


def test_failed_rollout_warns_that_the_engine_may_stay(commands: Commands, tmp_path: Path) -> None:
    region = ("--region", EAST)
    commands.rollout(*region, template=changed(tmp_path, {"Database": _database("15.17")}))
    broken = changed(tmp_path, {"Database": _database("15.18"), "Wrong": FAILING})

    result = commands.rollout(*region, template=broken)

    assert result.exit_code == 1
    assert f"{EAST}: an engine upgrade is never undone" in result.stdout
    assert "the database's engine may have been upgraded" in result.stdout


@pytest.mark.parametrize(
    ("kind", "property_name", "replacement", "words"),
    [
        (
            "EC2::SecurityGroup",
            "SecurityGroupIngress",
            Replacement.NEVER,
            "new connections may be refused for a minute",
        ),
        ("EC2::SecurityGroup", "Tags", Replacement.NEVER, ""),
        *(
            (
                "ElasticLoadBalancingV2::Listener",
                name,
                Replacement.NEVER,
                "HTTPS may be interrupted for a moment",
            )
            for name in ("Certificates", "SslPolicy")
        ),
        ("ElasticLoadBalancingV2::Listener", "Port", Replacement.NEVER, ""),
        (
            "EC2::SubnetRouteTableAssociation",
            "RouteTableId",
            Replacement.ALWAYS,
            "is replaced: its subnet has no egress meanwhile",
        ),
    ],
)
def test_interruption_is_described(
    kind: str, property_name: str, replacement: Replacement, words: str
) -> None:
    assert consequence(_change(kind, property_name, replacement=replacement)) == words


def test_secret_that_changes_name_with_the_password_needs_no_allowance(payment: Template) -> None:
    changes = judge_passwords([_renamed_secret(), _change("DBCluster", _PASSWORD)], payment)

    require_allowance(changes, [])

    assert consequence(changes[0]).startswith("is replaced on purpose")


@pytest.mark.parametrize(
    "cluster",
    [
        [],
        [("Tags", Replacement.NEVER)],
        [("MasterUserPassword", Replacement.ALWAYS)],
    ],
    ids=["no cluster", "cluster keeps its password", "cluster is replaced"],
)
def test_replaced_secret_without_a_database_update_is_a_loss(
    payment: Template, cluster: list[tuple[str, Replacement]]
) -> None:
    clusters = [_change("DBCluster", name, replacement=how) for name, how in cluster]

    changes = judge_passwords([_renamed_secret(), *clusters], payment)

    with pytest.raises(RolloutError, match="--allow-replacement DatabaseSecret"):
        require_allowance(changes, ["DatabaseCluster", "DBCluster"])


def test_replaced_secret_with_a_fixed_name_is_a_loss(tmp_path: Path) -> None:
    secret = {"Type": _SECRET, "Properties": {"Name": {"Fn::Sub": "x-${EnvironmentSuffix}"}}}
    template = read_template(changed(tmp_path, {"DatabaseSecret": secret}))

    changes = judge_passwords([_renamed_secret(), _change("DBCluster", _PASSWORD)], template)

    with pytest.raises(RolloutError, match="locked out"):
        require_allowance(changes, [])


def test_regenerated_password_needs_an_allowance(payment: Template) -> None:
    in_place = _change("SecretsManager::Secret", "GenerateSecretString", name="DatabaseSecret")

    (change,) = judge_passwords([in_place], payment)

    assert change.password is PasswordEffect.OUT_OF_SYNC
    with pytest.raises(RolloutError, match="the database keeps the old one"):
        require_allowance([change], [])


def test_tags_of_the_secret_change_no_password(payment: Template) -> None:
    tags = _change("SecretsManager::Secret", "Tags", name="DatabaseSecret")

    require_allowance(judge_passwords([tags], payment), [])


def test_first_given_password_is_deployed_without_an_allowance(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    template = _with_secret(tmp_path)
    commands.deploy(template=template)
    monkeypatch.setenv("DB_MASTER_PASSWORD", "correct-horse-battery")

    result = commands.deploy(template=template)

    assert result.exit_code == 0, result.output
    assert "is replaced on purpose" in result.stdout


def test_other_password_length_is_refused(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=_with_secret(tmp_path))

    result = commands.deploy(template=_with_secret(tmp_path, length=30))

    assert result.exit_code == 3
    assert "--allow-replacement DatabaseSecret" in result.stderr


@pytest.fixture
def payment() -> Template:
    return read_template(_PAYMENT)


def _change(
    kind: str, *properties: str, name: str = "", replacement: Replacement = Replacement.NEVER
) -> Change:
    full = kind if "::" in kind else f"RDS::{kind}"
    return Change(
        action="Modify",
        logical_id=name or kind,
        resource_type=f"AWS::{full}",
        physical_id="",
        replacement=replacement,
        policy="Delete",
        properties=properties,
    )


def _renamed_secret() -> Change:
    return _change(
        "SecretsManager::Secret",
        "Name",
        "SecretString",
        "GenerateSecretString",
        name="DatabaseSecret",
        replacement=Replacement.ALWAYS,
    )


def _change_sets(commands: Commands) -> list[Any]:
    client = commands.aws.client("cloudformation", EAST)
    listed: list[Any] = client.list_change_sets(StackName=NAME)["Summaries"]
    return [one for one in listed if one["ExecutionStatus"] == "AVAILABLE"]


def _with_path_and_image(tmp_path: Path) -> Path:
    document = json.loads(SMALL.read_text())
    for name in ("HealthCheckPath", "ContainerImage"):
        document["Parameters"][name] = {"Type": "String", "Default": "old"}
        document["Resources"][f"{name}Value"] = {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": {"Ref": name}},
        }
    path = tmp_path / "image.json"
    path.write_text(json.dumps(document))
    return path


def _with_secret(tmp_path: Path, *, length: int = 40) -> Path:
    """Write the small template with the secret and the cluster of the payment stack."""
    payment = json.loads(_PAYMENT.read_text())
    secret = payment["Resources"]["DatabaseSecret"]
    del secret["Properties"]["KmsKeyId"]
    secret["Properties"]["GenerateSecretString"]["Fn::If"][2]["PasswordLength"] = length
    cluster = _database("15.17")
    whole = payment["Resources"]["DatabaseCluster"]["Properties"]
    cluster["Properties"]["MasterUserPassword"] = whole["MasterUserPassword"]
    path = changed(tmp_path, {"DatabaseSecret": secret, "Database": cluster})
    document = json.loads(path.read_text())
    document["Conditions"] = {"HasPassword": payment["Conditions"]["HasPassword"]}
    path.write_text(json.dumps(document))
    return path


def _database(version: str) -> dict[str, Any]:
    return {
        "Type": "AWS::RDS::DBCluster",
        "DeletionPolicy": "Delete",
        "Properties": {
            "DBClusterIdentifier": "payment-aurora-cluster-dev-001",
            "Engine": "aurora-postgresql",
            "EngineVersion": version,
            "MasterUsername": "payment_admin",
            "MasterUserPassword": "correct-horse",
        },
    }


_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type
_PASSWORD = "MasterUserPassword"  # noqa: S105 - a property
_NEW_PATH = ("--parameter", "HealthCheckPath=health")
_NEW_IMAGE = ("--parameter", "ContainerImage=new")


def test_open_default_security_group_of_a_new_network_is_named() -> None:
    (notice,) = network_notices(read_template(_PAYMENT))

    assert "default security group stays open" in notice


def test_template_without_a_network_leaves_nothing_open() -> None:
    assert [*network_notices(read_template(SMALL))] == []
