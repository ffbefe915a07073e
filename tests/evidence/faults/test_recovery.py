"""Recovery times, data loss and capacity, by the settings of the template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import parse_template
from payment_templates.evidence.examination import examine
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.recovery.disruptions import recoveries_of
from payment_templates.evidence.terminal_tables import recovery_table
from payment_templates.evidence.topology import build_topology
from tests.evidence.changes import changed, cut, drop, put
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.output.test_table import shown
from tests.evidence.templates import CLAIMS, real_document

if TYPE_CHECKING:
    from payment_templates.evidence.recovery.recovery import Recovery
    from tests.evidence.changes import Change, Json

WRITER_ZONE, OTHER_ZONE = "us-east-1a", "us-east-1b"
BREAKER = "Service.Properties.DeploymentConfiguration.DeploymentCircuitBreaker"
ALARMS = "Service.Properties.DeploymentConfiguration.Alarms"
CLUSTER = "DatabaseCluster.Properties"
CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
CRASH = "a task of Service that crashes"


def rows(document: Json, *changes: Change) -> dict[str, Recovery]:
    template = parse_template(json.dumps(changed(document, *changes)), name="changed")
    stacks = stacks_of(template, region="us-east-1", given={}).stacks
    topologies = tuple(map(build_topology, stacks))
    found = recoveries_of(topologies)
    return {f"{row.fault} {row.condition}".strip(): row for row in found}


def row(fault: str, *changes: Change) -> Recovery:
    return rows(real_document(), *changes)[fault]


def times(recovery: Recovery) -> tuple[str, str, str]:
    span = recovery.span
    assert span
    return str(span.best), str(span.typical), str(span.worst)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("a deployment of Service whose tasks fail", ("0 s", "0 s", "0 s")),
        ("a task of Service that crashes", ("5 s", "7.5 s", "12 s")),
        ("the host of a task of Service", ("5 s", "7.5 s", "12 s")),
        ("writer DatabaseWriter", ("30 s", "65 s", "65 s or more")),
        (WRITER_ZONE, ("30 s", "65 s or more", "65 s or more")),
        (OTHER_ZONE, ("5 s", "60 s or more", "60 s or more")),
        (
            "us-east-1 with HasDomain, with the same stack in the other region",
            ("20 s", "55 s", "66 s"),
        ),
    ],
)
def test_recovery_time(fault: str, expected: tuple[str, str, str]) -> None:
    assert times(row(fault)) == expected


def test_every_kind_has_its_rows() -> None:
    kinds = [recovery.kind for recovery in rows(real_document()).values()]

    assert kinds == [
        *["application"] * 3,
        *["infrastructure"] * 2,
        # Each zone, and one that is impaired.
        *["Availability Zone"] * 4,
        *["Region"] * 2,
    ]


@pytest.mark.parametrize(
    ("fault", "during", "after"),
    [
        ("a task of Service that crashes", 5 / 4.5, 6 / 4.5),
        # The zone of the one NAT gateway: no task starts without it.
        (WRITER_ZONE, 4 / 4.5, 4 / 4.5),
        (OTHER_ZONE, 4 / 4.5, 6 / 4.5),
        ("us-east-1", 0, 0),
    ],
)
def test_capacity(fault: str, during: float, after: float) -> None:
    capacity = row(fault).capacity

    assert capacity
    assert (capacity.during, capacity.after) == pytest.approx((during * 100, after * 100))


def test_capacity_is_unknown_without_target_of_scaling() -> None:
    capacity = row(OTHER_ZONE, drop("ScalingPolicy")).capacity

    assert capacity
    assert capacity.during is None
    assert "no scaling policy" in str(capacity)


def test_every_step_has_its_arithmetic_and_its_source() -> None:
    steps = [
        step
        for recovery in rows(real_document()).values()
        for chain in recovery.chains
        for step in chain.steps
    ]

    assert all(
        step.how and step.source.startswith("https://docs.aws.amazon.com/") for step in steps
    )


def test_times_follow_the_settings() -> None:
    slower = row(
        "a task of Service that crashes",
        put("TargetGroup.Properties.HealthCheckIntervalSeconds", 10),
        put("TargetGroup.Properties.UnhealthyThresholdCount", 3),
    )

    assert times(slower) == ("20 s", "25 s", "32 s")


def test_single_task_is_replaced_before_requests_are_answered() -> None:
    alone = row("a task of Service that crashes", put("Service.Properties.DesiredCount", 1))

    assert times(alone) == ("10 s", "15 s or more", "22 s or more")


def test_writer_without_reader_is_created_again() -> None:
    alone = row("writer DatabaseWriter", drop("DatabaseReader1"), drop("DatabaseReader2"))

    assert times(alone) == ("600 s", "605 s", "605 s or more")


def test_zone_of_only_instance_has_no_bound() -> None:
    alone = row(WRITER_ZONE, drop("DatabaseReader1"), drop("DatabaseReader2"))

    (writes,) = (chain for chain in alone.chains if chain.what == "writes")
    assert str(writes.span) == "no stated time"
    assert "an operator must create one" in writes.steps[0].how


def test_zone_of_the_writer_has_no_bound_if_rds_may_place_all_instances_there() -> None:
    zone = row(
        WRITER_ZONE,
        cut("DatabaseReader1.Properties.AvailabilityZone"),
        cut("DatabaseReader2.Properties.AvailabilityZone"),
    )

    assert "may have no instance in another zone" in str(zone)


def test_region_without_record_has_no_bound() -> None:
    assert row("us-east-1").span is None
    assert "unbounded: no record fails over" in row("us-east-1").unknown


def test_bad_version_that_passes_its_checks_waits_for_an_operator() -> None:
    bad = row("a deployment of Service that passes its checks but is faulty")

    assert times(bad) == ("no stated time",) * 3
    assert bad.loss
    assert "typically except the last 300 s" in str(bad.loss)


def test_alarm_of_the_deployment_notices_a_bad_version() -> None:
    bad = row(
        "a deployment of Service that passes its checks but is faulty",
        cut("ResponseTimeAlarm.DependsOn"),
        put(
            ALARMS,
            {"Enable": True, "Rollback": True, "AlarmNames": [{"Ref": "ResponseTimeAlarm"}]},
        ),
    )

    assert bad.chains[0].steps[0].span.worst.bounded
    assert bad.chains[0].steps[0].span.worst.seconds > 0


def test_deployment_without_circuit_breaker_is_not_rolled_back() -> None:
    failing = row(
        "a deployment of Service whose tasks fail",
        put(BREAKER, {"Enable": False, "Rollback": False}),
    )

    assert "no circuit breaker" in failing.chains[1].steps[0].how


@pytest.mark.parametrize("fault", ["writer DatabaseWriter", WRITER_ZONE, OTHER_ZONE])
def test_nothing_is_lost_within_the_region(fault: str) -> None:
    loss = row(fault).loss

    assert loss
    assert loss.seconds == 0


def test_everything_is_lost_with_the_region() -> None:
    loss = row("us-east-1").loss

    assert loss
    assert loss.seconds is None
    assert "the last snapshot elsewhere: none" in loss.why


def test_copied_backups_survive_a_region_failure() -> None:
    rule = {"RuleName": "daily", "CopyActions": [{"DestinationBackupVaultArn": "arn"}]}
    plan = {
        "Type": "AWS::Backup::BackupPlan",
        "Properties": {"BackupPlan": {"BackupPlanName": "p", "BackupPlanRule": [rule]}},
    }
    loss = row("us-east-1", put("Plan", plan)).loss

    assert loss
    assert "since the last copy by Plan" in loss.why


def test_faster_check_of_the_container_replaces_a_task_sooner() -> None:
    check = {
        "Command": ["CMD-SHELL", "curl -f http://localhost:8080/"],
        "Interval": 5,
        "Timeout": 2,
    }
    own = put(f"{CONTAINER}.HealthCheck", {**check, "Retries": 1})
    crashed, lost = row(CRASH, own), row("the host of a task of Service", own)

    first = [chain.steps[0] for chain in (*crashed.chains, *lost.chains)]

    # The load balancer asks the task until its own checks fail; a failed host runs none.
    assert [str(step.span.worst) for step in first] == ["12 s", "7 s", "12 s", "12 s"]
    assert times(crashed)[2] == "12 s"


def test_faster_check_of_the_container_counts_where_the_unhealthy_task_stops_first() -> None:
    check = {
        "Command": ["CMD-SHELL", "curl -f http://localhost:8080/"],
        "Interval": 5,
        "Timeout": 2,
    }
    deployment = "Service.Properties.DeploymentConfiguration"
    crashed = row(
        CRASH,
        put(f"{CONTAINER}.HealthCheck", {**check, "Retries": 1}),
        put(f"{deployment}.MaximumPercent", 100),
        put(f"{deployment}.MinimumHealthyPercent", 50),
    )

    assert times(crashed) == ("0 s", "2.5 s", "7 s")


@pytest.mark.parametrize(
    ("command", "noticed"),
    [
        ("exit 0", "12 s"),
        ("true", "12 s"),
        ("curl -f http://localhost:8080/ || true", "12 s"),
        ("curl -f http://localhost:8080/; exit 0", "12 s"),
        ("curl -f http://localhost:8080/ || exit", "7 s"),
        ("if ! curl -f http://localhost:8080/; then exit 1; fi; exit 0", "7 s"),
        ("set -e; curl -f http://localhost:8080/; true", "7 s"),
    ],
)
def test_check_that_never_fails_notices_nothing(command: str, noticed: str) -> None:
    check = {"Command": ["CMD-SHELL", command], "Interval": 5, "Timeout": 2, "Retries": 1}
    crashed = row(CRASH, put(f"{CONTAINER}.HealthCheck", check))

    assert str(crashed.chains[-1].steps[0].span.worst) == noticed


def test_unknown_value_leaves_the_other_rows() -> None:
    found = rows(
        real_document(),
        put("Parameters.Tasks", {"Type": "Number"}),
        put("Service.Properties.DesiredCount", {"Ref": "Tasks"}),
    )

    assert found["a deployment"].span is None
    assert "Tasks" in found["a deployment"].unknown


def test_cluster_that_is_not_aurora_has_no_figures() -> None:
    other = row("writer DatabaseWriter", put(f"{CLUSTER}.Engine", "postgres"))

    assert times(other)[2] == "5 s or more"
    assert other.loss
    assert "is not Aurora" in str(other.loss)


def test_claims_state_the_same_times() -> None:
    template = parse_template(json.dumps(real_document()), name="real")
    topology = build_topology(stacks_of(template, region="us-east-1", given={}).stacks[0])
    zone = CLAIMS["zone-loss-without-downtime"].check(topology)
    detection = CLAIMS["detection-within-five-seconds"].check(topology)

    writer, task = row("writer DatabaseWriter").span, row("the host of a task of Service").span

    assert writer
    assert task
    assert zone.amount == writer.typical.seconds
    assert detection.amount == task.worst.seconds


def run(*arguments: str) -> str:
    given = [f"--parameter={name}={value}" for name, value in FIXED.items()]
    return CliRunner().invoke(main, ["evidence", *given, *arguments]).output


def test_json_has_every_step() -> None:
    recoveries = json.loads(run("--json"))["recoveries"]

    crash = next(it for it in recoveries if "crashes" in it["fault"])
    assert crash["disruption"] == "application"
    assert crash["rto"]["worst"] == {"seconds": 12, "bounded": True}
    assert crash["rpo"]["seconds"] == 0
    assert [step["time"]["worst"]["seconds"] for step in crash["chains"][0]["steps"]] == [12]


def test_plain_output_has_a_line_for_each_disruption() -> None:
    lines = run().splitlines()

    (line,) = (line for line in lines if line.startswith("infrastructure: writer"))
    assert line.split("\t")[1] == "RTO best 30 s, typical 65 s, worst 65 s or more"


def test_terminal_shows_the_table() -> None:
    found = examine(parse_template(json.dumps(real_document()), name="real"))

    text = shown(recovery_table(found), colour=False)

    assert "RTO and RPO per disruption" in text
    assert "Availability Zone" in text
    assert "65 s or more" in text


def test_template_without_service_has_its_region_alone() -> None:
    bucket = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}
    found = examine(parse_template(json.dumps(bucket), name="bucket"), profile="any")

    assert [recovery.kind for recovery in found.recoveries] == ["Region"]


def test_alias_that_evaluates_its_target_follows_the_target_group() -> None:
    alias = (
        cut("DnsRecord.Properties.HealthCheckId"),
        cut("DnsRecord.Properties.ResourceRecords"),
        cut("DnsRecord.Properties.TTL"),
        put("DnsRecord.Properties.Type", "A"),
        put(
            "DnsRecord.Properties.AliasTarget",
            {
                "DNSName": {"Fn::GetAtt": ["LoadBalancer", "DNSName"]},
                "HostedZoneId": {"Fn::GetAtt": ["LoadBalancer", "CanonicalHostedZoneID"]},
                "EvaluateTargetHealth": True,
            },
        ),
    )
    found = row("us-east-1 with HasDomain, with the same stack in the other region", *alias)

    assert times(found) == ("5 s", "67.5 s", "72 s")


def test_region_whose_check_asks_a_fixed_address_has_no_bound() -> None:
    asked = put("HealthCheck.Properties.HealthCheckConfig.IPAddress", "192.0.2.44")

    found = rows(real_document(), asked)["us-east-1 with HasDomain"]

    assert found.span is None
    assert "unbounded: HealthCheck does not check a load balancer" in found.unknown
