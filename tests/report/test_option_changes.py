"""What an update does when one option of the generator changes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import parse_template
from payment_templates.options import Options
from payment_templates.rendering import render
from payment_templates.report.comparison import Effect
from payment_templates.report.comparison.comparison import compare_resources

# Another value of each option that is no switch, with what it needs.
OTHERS: dict[str, dict[str, Any]] = {
    "zones": {"zones": 4, "tasks": 12, "most_tasks": 24},
    "nat_gateways": {"nat_gateways": 3},
    "instance_class": {"instance_class": "db.r6g.xlarge"},
    "readers": {"readers": 3},
    "backup_days": {"backup_days": 7},
    "log_days": {"log_days": 731},
    "tasks": {"tasks": 12, "most_tasks": 24},
    "most_tasks": {"most_tasks": 36},
    "task_cpu": {"task_cpu": 512, "task_memory_mib": 1024},
    "task_memory_mib": {"task_memory_mib": 1024},
    "target_cpu_percent": {"target_cpu_percent": 60},
    "deletion_policy": {"deletion_policy": "Snapshot"},
    "global_database": {"global_database": True, "instance_class": "db.r6g.large"},
    "lost_seconds": {"lost_seconds": 120},
    "vault_days": {"vault_days": 10, "deletion_policy": "Snapshot"},
    "vpc_cidr": {"vpc_cidr": "10.1.0.0/16"},
    "enhanced_monitoring_seconds": {"enhanced_monitoring_seconds": 30},
    "permissions_boundary": {"permissions_boundary": "boundaries/payments"},
    "tags": {"tags": (("team", "payments"),)},
    "environment": {"environment": (("LEVEL", "info"),)},
    "secrets": {
        "secrets": (("KEY", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-abcdef"),)
    },
    "alarm_thresholds": {"alarm_thresholds": (("response-time", 0.5),)},
}
# What production needs beside another value.
BESIDE_PRODUCTION: dict[str, dict[str, Any]] = {
    "zones": {"nat_gateways": 4},
    "nat_gateways": {"nat_gateways": 1},
    "deletion_policy": {"deletion_policy": "Delete", "vault_days": 0},
    "global_database": {"global_database": False, "lost_seconds": 0, "region_alerts": False},
}
# The options that an existing stack cannot change.
REFUSED = {"global_database", "vpc_cidr"}
# The combinations that the options refuse themselves.
IMPOSSIBLE = {
    ("standard", "lost_seconds"),
    ("standard", "region_alerts"),
    ("production", "automatic_minor_upgrades"),
}
IN_THE_GATE = {("standard", name) for name in ("zones", "access_logs", "vpc_cidr")}
PAIRS = [
    (profile, it.name) for profile in PROFILES for it in fields(Options) if it.name != "profile"
]


def with_other(profile: str, option: str) -> Options:
    base = PROFILES[profile]
    values = OTHERS.get(option) or {option: not getattr(base, option)}
    beside = BESIDE_PRODUCTION.get(option, {}) if profile == "production" else {}
    return replace(base, **values | beside)


@pytest.mark.parametrize(
    ("profile", "option"),
    [
        pytest.param(*pair, marks=() if pair in IN_THE_GATE else pytest.mark.faults)
        for pair in PAIRS
        if pair not in IMPOSSIBLE
    ],
)
def test_stack_can_change_every_option_but_its_network_and_its_database(
    profile: str, option: str
) -> None:
    templates = [
        parse_template(render(build_template(it)))
        for it in (PROFILES[profile], with_other(profile, option))
    ]

    for old, new in (templates, templates[::-1]):
        effects = {it.effect for it in compare_resources(old, new, "us-east-1", {})}
        assert (Effect.REFUSED in effects) is (option in REFUSED)
        assert Effect.UNDONE not in effects
        assert Effect.UNKNOWN not in effects


@pytest.mark.parametrize(("profile", "option"), sorted(IMPOSSIBLE))
def test_combination_that_is_not_compared_is_refused(profile: str, option: str) -> None:
    with pytest.raises(ValueError, match=option):
        with_other(profile, option)
