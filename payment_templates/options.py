"""Defines the options of the generator: what the template decides."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal, get_args

from payment_templates.facts.fargate import MEMORY_BY_CPU
from payment_templates.option_tables import (
    validate_boundary,
    validate_environment,
    validate_secrets,
    validate_tags,
    validate_thresholds,
)
from payment_templates.subnet_blocks import subnet_blocks

# The description of every generated template; evidence recognizes them by it.
DESCRIPTION = "Payments over three zones: Aurora PostgreSQL, Fargate, alarms, failover"
# The template's Metadata names the profile in this entry; the standard template has none.
METADATA_KEY = "PaymentStack"
STANDARD_NAME = "standard"
# us-east-1 has the most zones of any region.
MOST_ZONES = 6
# The specification's three.
FEWEST_ZONES = 3
# An Aurora cluster can have fifteen replicas:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html
MOST_READERS = 15
# Of a global database with one other region:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
MOST_READERS_OF_PAIR = 14
# CreateDBCluster, BackupRetentionPeriod.
LONGEST_BACKUP_DAYS = 35
# PutRetentionPolicy, retentionInDays.
LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
# CreateBackupPlan, Lifecycle: 100 years.
LONGEST_VAULT_DAYS = 36_500
# Tasks per service: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
MOST_TASKS = 5000
# rds.global_db_rpo: the least and the most that it accepts:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
LOST_SECONDS = (20, 2_147_483_647)
# The specification's. In a smaller block the subnets are smaller too: see `Subnets`.
VPC_CIDR = "10.0.0.0/16"

# RDS, CreateDBInstance, MonitoringInterval.
MONITORING_SECONDS = (0, 1, 5, 10, 15, 30, 60)
Table = tuple[tuple[str, str], ...]
DeletionPolicy = Literal["Delete", "Snapshot"]


class OptionsError(ValueError):
    """Options that cannot be used; `hint` is the next step, empty where there is none."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a template; the defaults are the specification.

    Raises ValueError with the given value and the accepted ones.
    """

    # The profile that the options start from, whose promises evidence examines: the template names
    # it, unless it is the standard one.
    profile: str = STANDARD_NAME
    # Availability zones: 3 to 6.
    zones: int = 3
    # 1, or one for each zone.
    nat_gateways: int = 1
    # Class of each database instance.
    instance_class: str = "db.t3.medium"
    # Readers of the database beside its writer: 1 to 15, and at most 14 with global_database.
    readers: int = 2
    # Days of point-in-time recovery: 1 to 35.
    backup_days: int = 1
    # Days that log groups keep their logs: what CloudWatch Logs accepts, such as 7, 30 or 400.
    log_days: int = 7
    # Number of tasks: a multiple of zones, so that each zone has as many.
    tasks: int = 6
    # Up to how many tasks the service scales; 0 means that it always has `tasks`.
    most_tasks: int = 0
    # CPU units of a task: 1024 are one vCPU.
    task_cpu: int = 256
    # Memory of a task in MiB: one of the values that Fargate accepts with task_cpu.
    task_memory_mib: int = 512
    # The load at which the service scales, and for which capacity is calculated.
    target_cpu_percent: int = 75
    # "Snapshot" retains what a restore needs after the stack is deleted: a final snapshot of the
    # database, its automated backups, the key and the logs. "Delete" retains nothing.
    deletion_policy: DeletionPolicy = "Delete"
    # Adds the parameter DeletionProtection; its default is "true".
    deletion_protection: bool = False
    # Refuses a stack without CertificateArn: it would serve payments over plain HTTP.
    require_certificate: bool = False
    # One database for two regions, an Aurora global database, instead of one for each. Tasks then
    # log in with IAM: a token works in both regions, and a secret only where it was made.
    global_database: bool = False
    # The most seconds of committed payments that the loss of a region may cost; 0 sets no bound.
    # With the parameter BoundLostPayments, which it adds, the database refuses to commit while the
    # other region is further behind.
    lost_seconds: int = 0
    # Lets AWS move the load balancer's traffic out of a failing zone, and practise it every week.
    zonal_autoshift: bool = False
    # Sends fewer requests to a task that fails more of them than the others.
    weighted_random_routing: bool = False
    # Alerts about the loss of the other region; needs global_database.
    region_alerts: bool = False
    # Adds parameters for a second e-mail address, an HTTPS endpoint and a Slack channel.
    more_alert_endpoints: bool = False
    # Adds experiments that break a part of the stack when an operator starts them, each with a role
    # that can. Off in every profile: such a role need not exist between two game days.
    game_day: bool = False
    # Days that AWS Backup keeps a daily snapshot of the database, in a vault that refuses to delete
    # it earlier; with global_database also a copy in the other region's vault. 0 means no vault.
    vault_days: int = 0
    # Logs the traffic of the VPC, accepted and rejected.
    flow_logs: bool = False
    # Logs the names that the VPC looks up.
    dns_query_logs: bool = False
    # Puts a web ACL in front of the load balancer, with the parameters WebAclMode and RateLimit.
    web_acl: bool = False
    # Keeps the load balancer's access logs in a bucket of the stack.
    access_logs: bool = False
    # Tells browsers to use only HTTPS, for a year.
    hsts: bool = False
    # Lets tasks reach the AWS services that they need without a NAT gateway.
    interface_endpoints: bool = False
    # The VPC's addresses: a private block from /16 to /20.
    vpc_cidr: str = VPC_CIDR
    # The container gets a memory limit, an init process and no Linux capabilities; ECS Exec is off.
    restrict_container: bool = False
    # Seconds between two measurements of each database instance's operating system; 0 means none.
    enhanced_monitoring_seconds: int = 0
    # Logs every statement (pgAudit), connection and disconnection.
    database_audit: bool = False
    # Lets RDS install minor versions. RDS never does in a global database.
    automatic_minor_upgrades: bool = False
    # Alerts about changed parameter groups and security groups of RDS.
    database_change_events: bool = False
    # Alerts before the certificate expires; neither Route 53 nor an alarm notices that it has.
    certificate_alerts: bool = False
    # Name, with its path, or ARN of an IAM policy that bounds each role; a name fits any account.
    permissions_boundary: str = ""
    # Tags of every resource that takes tags.
    tags: Table = ()
    # Environment variables of the container.
    environment: Table = ()
    # From the variable's name to the ARN of a secret or of an SSM parameter.
    secrets: Table = ()
    # From the alarm's name to its threshold.
    alarm_thresholds: tuple[tuple[str, int | float], ...] = ()

    def __post_init__(self) -> None:
        """Validate the options."""
        _in_range("zones", self.zones, FEWEST_ZONES, MOST_ZONES)
        _in_range("nat_gateways", self.nat_gateways, 1, MOST_ZONES)
        if self.nat_gateways not in {1, self.zones}:
            raise ValueError(
                f"nat_gateways must be 1 or {self.zones} (one per zone), got {self.nat_gateways}"
            )
        if not re.fullmatch(r"db\.[a-z0-9-]+\.[a-z0-9]+", str(self.instance_class)):
            raise ValueError(
                "instance_class must be a database class such as db.t3.medium, "
                f"got {self.instance_class!r}"
            )
        _in_range("readers", self.readers, 1, MOST_READERS)
        _in_range("backup_days", self.backup_days, 1, LONGEST_BACKUP_DAYS)
        _one_of("log_days", self.log_days, LOG_DAYS)
        _in_range("tasks", self.tasks, self.zones, MOST_TASKS)
        if self.tasks % self.zones:
            raise ValueError(
                f"tasks must be a multiple of {self.zones} (as many in every zone), "
                f"got {self.tasks}"
            )
        _zero_or_in_range("most_tasks", self.most_tasks, self.tasks, MOST_TASKS)
        _one_of("task_cpu", self.task_cpu, tuple(MEMORY_BY_CPU))
        _one_of("task_memory_mib", self.task_memory_mib, MEMORY_BY_CPU[self.task_cpu])
        _in_range("target_cpu_percent", self.target_cpu_percent, 1, 100)
        _one_of("deletion_policy", self.deletion_policy, get_args(DeletionPolicy))
        for field in fields(self):
            # A string, because annotations are not evaluated.
            if field.type == "bool":
                _yes_or_no(field.name, getattr(self, field.name))
        subnet_blocks(self.vpc_cidr)
        self._validate_global_database()
        self._validate_operations()

    def _validate_global_database(self) -> None:
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-getting-started.html
        if self.global_database and self.instance_class.startswith("db.t"):
            raise ValueError(
                "global_database needs a memory-optimised instance_class such as db.r6g.large, "
                f"got {self.instance_class!r}"
            )
        if self.global_database and self.readers > MOST_READERS_OF_PAIR:
            raise ValueError(
                f"readers must be at most {MOST_READERS_OF_PAIR} with global_database, because the "
                f"other region counts as one, got {self.readers}"
            )
        _zero_or_in_range("lost_seconds", self.lost_seconds, *LOST_SECONDS)
        if self.lost_seconds and not self.global_database:
            raise ValueError(f"lost_seconds needs global_database = true, got {self.lost_seconds}")
        if self.region_alerts and not self.global_database:
            raise ValueError("region_alerts needs global_database = true, got True")

    def _validate_operations(self) -> None:
        _zero_or_in_range("vault_days", self.vault_days, 1, LONGEST_VAULT_DAYS)
        if self.vault_days and self.deletion_policy != "Snapshot":
            raise ValueError(
                'vault_days needs deletion_policy = "Snapshot", '
                f"got {self.deletion_policy!r}: a vault with snapshots cannot be deleted"
            )
        _one_of("enhanced_monitoring_seconds", self.enhanced_monitoring_seconds, MONITORING_SECONDS)
        # https://docs.aws.amazon.com/config/latest/developerguide/rds-automatic-minor-version-upgrade-enabled.html
        if self.automatic_minor_upgrades and self.global_database:
            raise ValueError(
                "automatic_minor_upgrades needs global_database = false, got True: RDS upgrades no "
                "cluster of a global database by itself"
            )
        validate_boundary(self.permissions_boundary)
        validate_tags(self.tags)
        validate_environment(self.environment)
        validate_secrets(self.secrets, environment=self.environment)
        validate_thresholds(self.alarm_thresholds)
        if "replication-lag" in dict(self.alarm_thresholds) and not self.global_database:
            raise ValueError("alarm_thresholds.replication-lag needs global_database = true")

    @property
    def scales(self) -> bool:
        """Whether the number of tasks follows the load."""
        return self.most_tasks > self.tasks


def _in_range(name: str, value: int, least: int, most: int) -> None:
    # In Python a bool is an int too, but not a count.
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, got {value!r}")


def _zero_or_in_range(name: str, value: int, least: int, most: int) -> None:
    if type(value) is not int or not (value == 0 or least <= value <= most):
        raise ValueError(
            f"{name} must be 0 or a whole number from {least} to {most}, got {value!r}"
        )


def _one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    # True equals 1, but is not one of the values.
    if isinstance(value, bool) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(str, allowed))}; got {value!r}")


def _yes_or_no(name: str, value: object) -> None:
    if value is not True and value is not False:
        raise ValueError(f"{name} must be true or false, got {value!r}")
