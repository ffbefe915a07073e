from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, replace
from typing import Any

import pytest

from payment_templates import PROFILES, Options, build_template
from tests.view import View

STANDARD = PROFILES["standard"]
SPECIFIED = {
    "profile": "standard",
    "zones": 3,
    "nat_gateways": 1,
    "instance_class": "db.t3.medium",
    "readers": 2,
    "backup_days": 1,
    "log_days": 7,
    "tasks": 6,
    "most_tasks": 0,
    "task_cpu": 256,
    "task_memory_mib": 512,
    "target_cpu_percent": 75,
    "deletion_policy": "Delete",
    "deletion_protection": False,
    "require_certificate": False,
    "global_database": False,
    "lost_seconds": 0,
    "zonal_autoshift": False,
    "weighted_random_routing": False,
    "region_alerts": False,
    "more_alert_endpoints": False,
    "game_day": False,
    "vault_days": 0,
    "flow_logs": False,
    "dns_query_logs": False,
    "web_acl": False,
    "access_logs": False,
    "hsts": False,
    "interface_endpoints": False,
    "vpc_cidr": "10.0.0.0/16",
    "restrict_container": False,
    "enhanced_monitoring_seconds": 0,
    "database_audit": False,
    "automatic_minor_upgrades": False,
    "database_change_events": False,
    "certificate_alerts": False,
    "permissions_boundary": "",
    "tags": (),
    "environment": (),
    "secrets": (),
    "alarm_thresholds": (),
}
GLOBAL: dict[str, Any] = {"global_database": True, "instance_class": "db.r6g.large"}
# For each option, other valid values.
OTHERS: dict[str, dict[str, Any]] = {
    "profile": {"profile": "production"},
    "zones": {"zones": 6},
    "nat_gateways": {"nat_gateways": 3},
    "instance_class": {"instance_class": "db.r6g.large"},
    "readers": {"readers": 15},
    "backup_days": {"backup_days": 35},
    "log_days": {"log_days": 3653},
    "tasks": {"tasks": 3},
    "most_tasks": {"most_tasks": 7},
    "task_cpu": {"task_cpu": 16384, "task_memory_mib": 122880},
    "task_memory_mib": {"task_memory_mib": 2048},
    "target_cpu_percent": {"target_cpu_percent": 100},
    "deletion_policy": {"deletion_policy": "Snapshot"},
    "deletion_protection": {"deletion_protection": True},
    "require_certificate": {"require_certificate": True},
    "global_database": GLOBAL,
    "lost_seconds": GLOBAL | {"lost_seconds": 60},
    "zonal_autoshift": {"zonal_autoshift": True},
    "weighted_random_routing": {"weighted_random_routing": True},
    "game_day": {"game_day": True},
    "vault_days": {"vault_days": 35, "deletion_policy": "Snapshot"},
    "region_alerts": GLOBAL | {"region_alerts": True},
    "more_alert_endpoints": {"more_alert_endpoints": True},
    "flow_logs": {"flow_logs": True},
    "dns_query_logs": {"dns_query_logs": True},
    "web_acl": {"web_acl": True},
    "access_logs": {"access_logs": True},
    "hsts": {"hsts": True},
    "interface_endpoints": {"interface_endpoints": True},
    "vpc_cidr": {"vpc_cidr": "172.16.0.0/16"},
    "restrict_container": {"restrict_container": True},
    "enhanced_monitoring_seconds": {"enhanced_monitoring_seconds": 1},
    "database_audit": {"database_audit": True},
    "automatic_minor_upgrades": {"automatic_minor_upgrades": True},
    "database_change_events": {"database_change_events": True},
    "certificate_alerts": {"certificate_alerts": True},
    "permissions_boundary": {"permissions_boundary": "payments"},
    "tags": {"tags": (("CostCenter", "42"),)},
    "environment": {"environment": (("LOG_LEVEL", "info"),)},
    "secrets": {"secrets": (("KEY", "arn:aws:ssm:us-east-1:123456789012:parameter/key"),)},
    "alarm_thresholds": {"alarm_thresholds": (("response-time", 2),)},
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a number in words": ({"zones": "3"}, "zones must be a whole number from 3 to 6, got '3'"),
    "half a task": ({"tasks": 6.5}, "tasks must be a whole number from 3 to 5000, got 6.5"),
    "yes for one": ({"nat_gateways": True}, "nat_gateways must be a whole number .*, got True"),
    "half a class": ({"instance_class": "db."}, "instance_class must be a .*, got 'db.'"),
    "too few zones": ({"zones": 2}, "zones must be a whole number from 3 to 6, got 2"),
    "too many zones": ({"zones": 7}, "zones must be a whole number from 3 to 6, got 7"),
    "NAT gateways for some zones": (
        {"nat_gateways": 2},
        r"nat_gateways must be 1 or 3 \(one per zone\), got 2",
    ),
    "no NAT gateway": ({"nat_gateways": 0}, "nat_gateways must be .* from 1 to 6, got 0"),
    "an EC2 class": (
        {"instance_class": "t3.medium"},
        "instance_class must be a database class such as db.t3.medium, got 't3.medium'",
    ),
    "no reader": ({"readers": 0}, "readers must be a whole number from 1 to 15, got 0"),
    "too many readers beside another region": (
        {**GLOBAL, "readers": 15},
        "readers must be at most 14 with global_database, because .*, got 15",
    ),
    "too many readers": ({"readers": 16}, "readers must be a whole number from 1 to 15, got 16"),
    "no backup": ({"backup_days": 0}, "backup_days must be a whole number from 1 to 35, got 0"),
    "backups for too long": (
        {"backup_days": 36},
        "backup_days must be a whole number from 1 to 35, got 36",
    ),
    "unsupported log retention": ({"log_days": 8}, "log_days must be one of 1, .*3653; got 8"),
    "no task": ({"tasks": 0}, "tasks must be a whole number from 3 to 5000, got 0"),
    "uneven number of tasks": ({"tasks": 7}, "tasks must be a multiple of 3 .*, got 7"),
    "uneven over more zones": ({"zones": 4}, "tasks must be a multiple of 4 .*, got 6"),
    "unknown Fargate size": ({"task_cpu": 300}, "task_cpu must be one of 256, .*32768; got 300"),
    "too little memory for the CPU": (
        {"task_cpu": 4096},
        "task_memory_mib must be one of 8192, .*30720; got 512",
    ),
    "a gigabyte between the steps": (
        {"task_cpu": 8192, "task_memory_mib": 17408},
        "task_memory_mib must be one of 16384, 20480, .*61440; got 17408",
    ),
    "no target": (
        {"target_cpu_percent": 0},
        "target_cpu_percent must be a whole number from 1 to 100, got 0",
    ),
    "target above 100 percent": (
        {"target_cpu_percent": 101},
        "target_cpu_percent must .* 100, got 101",
    ),
    "a policy that would block the next stack": (
        {"deletion_policy": "Retain"},
        "deletion_policy must be one of Delete, Snapshot; got 'Retain'",
    ),
    "fewer tasks at most than always": (
        {"most_tasks": 5},
        "most_tasks must be 0 or a whole number from 6 to 5000, got 5",
    ),
    "alerts about a region without its data": (
        {"region_alerts": True},
        "region_alerts needs global_database = true, got True",
    ),
    "public addresses": ({"vpc_cidr": "8.8.0.0/16"}, "vpc_cidr must be a .*; got '8.8.0.0/16'"),
    "addresses beyond a private block": (
        {"vpc_cidr": "172.0.0.0/16"},
        "vpc_cidr must be a .*; got '172.0.0.0/16'",
    ),
    "a VPC larger than AWS's": ({"vpc_cidr": "10.0.0.0/15"}, "vpc_cidr must be a .*'10.0.0.0/15'"),
    "a VPC without room": ({"vpc_cidr": "10.0.0.0/21"}, "vpc_cidr must be a .*; got '10.0.0.0/21'"),
    "a block with an address in it": (
        {"vpc_cidr": "10.0.0.1/16"},
        "vpc_cidr must be a .*; got '10.0.0.1/16'",
    ),
    "a block with a netmask": (
        {"vpc_cidr": "10.0.0.0/255.255.0.0"},
        "vpc_cidr must be a .*; got '10.0.0.0/255.255.0.0'",
    ),
    "a block as a number": ({"vpc_cidr": 10}, "vpc_cidr must be a .*, such as .*; got 10"),
    "a log without a yes": ({"flow_logs": 1}, "flow_logs must be true or false, got 1"),
    "no for none": (
        {"most_tasks": False},
        "most_tasks must be 0 or a whole number from 6 to 5000, got False",
    ),
    "experiments in words": (
        {"game_day": "yes"},
        "game_day must be true or false, got 'yes'",
    ),
    "yes in words": (
        {"global_database": "yes"},
        "global_database must be true or false, got 'yes'",
    ),
    "a burstable class in a global database": (
        {"global_database": True},
        "global_database needs a memory-optimised .* such as db.r6g.large, got 'db.t3.medium'",
    ),
    "a bound on lost payments below AWS's least": (
        GLOBAL | {"lost_seconds": 19},
        "lost_seconds must be 0 or a whole number from 20 to 2147483647, got 19",
    ),
    "a bound on lost payments without a copy": (
        {"lost_seconds": 60},
        "lost_seconds needs global_database = true, got 60",
    ),
    "an interval between RDS's": (
        {"enhanced_monitoring_seconds": 20},
        "enhanced_monitoring_seconds must be one of 0, 1, 5, 10, 15, 30, 60; got 20",
    ),
    "an audit in words": (
        {"database_audit": "all"},
        "database_audit must be true or false, got 'all'",
    ),
    "snapshots without an end": (
        {"vault_days": 36_501},
        "vault_days must be 0 or a whole number from 1 to 36500, got 36501",
    ),
    "a vault that the stack cannot delete": (
        {"vault_days": 35},
        "vault_days needs deletion_policy = \"Snapshot\", got 'Delete': .*",
    ),
    "upgrades that RDS does not do": (
        GLOBAL | {"automatic_minor_upgrades": True},
        "automatic_minor_upgrades needs global_database = false, got True: .*",
    ),
}


def test_standard_profile_is_the_specification() -> None:
    options = asdict(PROFILES["standard"])

    assert options == SPECIFIED


def test_default_options_are_the_specification() -> None:
    options = Options()

    assert options == PROFILES["standard"]


def test_production_profile_survives_failures_and_retains_data() -> None:
    production = asdict(PROFILES["production"])

    differences = {name: value for name, value in production.items() if value != SPECIFIED[name]}

    assert differences == {
        "profile": "production",
        "nat_gateways": 3,
        "instance_class": "db.r6g.large",
        "backup_days": 35,
        "log_days": 400,
        "deletion_policy": "Snapshot",
        "deletion_protection": True,
        "require_certificate": True,
        "tasks": 9,
        "most_tasks": 18,
        "target_cpu_percent": 50,
        "global_database": True,
        "lost_seconds": 60,
        "zonal_autoshift": True,
        "region_alerts": True,
        "more_alert_endpoints": True,
        "vault_days": 35,
        "flow_logs": True,
        "web_acl": True,
        "access_logs": True,
        "hsts": True,
        "restrict_container": True,
        "enhanced_monitoring_seconds": 60,
        "database_audit": True,
        "database_change_events": True,
        "certificate_alerts": True,
    }


# CPU percentages with the tasks of two of three zones, and with those of the other region.
def test_remaining_tasks_of_production_carry_the_load() -> None:
    production = PROFILES["production"]
    load = production.tasks * production.target_cpu_percent

    after_zone_failure = load / (production.tasks * 2 / 3)
    after_region_failure = production.most_tasks * production.target_cpu_percent / production.tasks

    assert (after_zone_failure, after_region_failure) == (75, 100)


def test_options_cannot_be_changed() -> None:
    options = Options()

    with pytest.raises(FrozenInstanceError):
        options.zones = 4  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD)
def test_error_names_the_value_and_the_accepted_ones(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        replace(STANDARD, **changes)


def test_every_option_has_another_value() -> None:
    options = set(SPECIFIED)

    assert set(OTHERS) == options


@pytest.mark.parametrize("option", OTHERS)
def test_option_changes_the_stack(template: View, option: str) -> None:
    other = replace(STANDARD, **OTHERS[option])

    changed = View.of(build_template(other))

    assert changed.document != template.document
