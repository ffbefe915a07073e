"""The integration tests pass on correct stacks and fail on faulty ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.profiles import PROFILES
from payment_templates.rehearsal.integration import Verdict, run_tests
from payment_templates.rehearsal.stacks import stack_of
from payment_templates.rendering import render
from payment_templates.stack import build_template
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

_SUFFIX = "dev-001"
_CLUSTER = f"payment-aurora-cluster-{_SUFFIX}"
FAULTS = {
    "no port in the template": [
        "test_container_connects_to_the_port_of_the_database",
        "test_application_reaches_only_the_database_and_https",
    ],
    "a rule open to the internet": ["test_database_accepts_only_the_application_on_its_own_port"],
    "a disabled key": ["test_key_has_the_setting[KeyState-Enabled]", "test_cluster_is_available"],
    "a disabled rule": ["test_event_rule_is_enabled_and_matches_ecs[task-stopped]"],
    "an alarm without actions": [
        "test_alarm_notifies_the_topic_when_it_fires_and_recovers[task-failure]"
    ],
    "manually enabled protection": ["test_database_protection_follows_the_parameter"],
    "a deleted secret": [
        "test_secret_of_the_database_is_not_deleted",
        "test_secret_of_the_parameter_exists",
    ],
}
_DELETION = "test_stack_with_a_protected_database_cannot_be_deleted"
_STANDARD = Path(__file__).parents[2] / "output" / "TapStack.json"


def test_each_fault_fails_its_own_tests_and_no_other(aws: EmbeddedAws) -> None:
    template = json.loads(_STANDARD.read_text())
    del template["Resources"]["DatabaseCluster"]["Properties"]["Port"]
    stacks.create(aws, template, EnvironmentSuffix=_SUFFIX, AlertEmail="on-call@example.com")
    _change_manually(aws)

    failed = [failure.partition(": ")[0] for failure in _verdict(aws).failed]

    assert sorted(failed) == sorted(test for tests in FAULTS.values() for test in tests)


# `make rehearse PROFILE=production` runs the same tests in both regions.
@pytest.mark.faults
def test_production_stack_passes_but_for_a_protected_database_without_termination_protection(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    _create_production(aws)
    monkeypatch.setenv("STACK_PROFILE", "production")

    before = _verdict(aws)
    aws.client("cloudformation", EAST).update_termination_protection(
        StackName="payment", EnableTerminationProtection=True
    )
    # Nothing else has changed: one run of all tests is enough.
    monkeypatch.setenv("PYTEST_ADDOPTS", f"-k {_DELETION}")
    after = _verdict(aws)

    assert [failure.partition(": ")[0] for failure in before.failed] == [_DELETION]
    assert before.passed
    assert (after.failed, after.passed) == ((), 1)


def _change_manually(aws: EmbeddedAws) -> None:
    """Change the stack in ways that the tests must report."""
    outputs = aws.client("cloudformation", EAST).describe_stacks(StackName="payment")
    given = {one["OutputKey"]: one["OutputValue"] for one in outputs["Stacks"][0]["Outputs"]}
    aws.client("kms", EAST).disable_key(KeyId=given["EncryptionKeyArn"])
    aws.client("events", EAST).disable_rule(Name=f"payment-task-stopped-{_SUFFIX}")
    alarms = [f"payment-task-failure-{_SUFFIX}"]
    aws.client("cloudwatch", EAST).disable_alarm_actions(AlarmNames=alarms)
    rds = aws.client("rds", EAST)
    rds.modify_db_cluster(DBClusterIdentifier=_CLUSTER, DeletionProtection=True)
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    aws.client("ec2", EAST).authorize_security_group_ingress(
        GroupId=cluster["VpcSecurityGroups"][0]["VpcSecurityGroupId"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5432,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )
    secret = given["DatabaseSecretArn"]
    aws.client("secretsmanager", EAST).delete_secret(SecretId=secret, RecoveryWindowInDays=7)


def _create_production(aws: EmbeddedAws) -> None:
    template: dict[str, Any] = json.loads(render(build_template(PROFILES["production"])))
    stacks.create(
        aws,
        template,
        EnvironmentSuffix=_SUFFIX,
        AlertEmail="on-call@example.com",
        CertificateArn=f"arn:aws:acm:{EAST}:{aws.account}:certificate/1",
        DeletionProtection="true",
    )


def _verdict(aws: EmbeddedAws) -> Verdict:
    (verdict,) = run_tests(aws, [stack_of(aws, EAST, _SUFFIX)], _SUFFIX)
    return verdict
