"""Lists what ECS accepts in task definitions and services, whatever they run on.

Source unless stated otherwise: botocore ecs, RegisterTaskDefinition and CreateService.
"""

# HealthCheck; each applies only with a command.
HEALTH_CHECK_LIMITS = {
    "Interval": range(5, 301),
    "Timeout": range(2, 61),
    "Retries": range(1, 11),
    "StartPeriod": range(301),
}
# ContainerDefinition, links, extraHosts and hostname.
UNSUPPORTED_IN_AWSVPC = ("ExtraHosts", "Hostname", "Links")
# Tmpfs, mountOptions. The last six may have a value, such as mode=1777.
MOUNT_OPTIONS = frozenset(
    (
        *("defaults", "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync"),
        *("async", "dirsync", "remount", "mand", "nomand", "atime", "noatime", "diratime"),
        *("nodiratime", "bind", "rbind", "unbindable", "runbindable", "private", "rprivate"),
        *("shared", "rshared", "slave", "rslave", "relatime", "norelatime", "strictatime"),
        *("nostrictatime", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"),
    )
)
# LogConfiguration, options.
LOG_MODES = frozenset({"blocking", "non-blocking"})
# The options that a log driver cannot do without.
REQUIRED_LOG_OPTIONS = {
    "awslogs": ("awslogs-group", "awslogs-region"),
    "splunk": ("splunk-token", "splunk-url"),
}
# cfn-lint 1.58, aws_ecs_taskdefinition/logging_configuration. RegisterTaskDefinition answers any
# other one with "Log driver awslogs disallows options":
# https://github.com/aws/amazon-ecs-agent/issues/872
AWSLOGS_OPTIONS = frozenset(
    (
        *("awslogs-create-group", "awslogs-datetime-format", "awslogs-group"),
        *("awslogs-multiline-pattern", "awslogs-region", "awslogs-stream-prefix"),
        *("max-buffer-size", "mode"),
    )
)
# AwsVpcConfiguration.
MOST_SUBNETS = 16
MOST_SECURITY_GROUPS = 5
# CapacityProviderStrategyItem.
MOST_CAPACITY_PROVIDERS = 20
STRATEGY_SHARES = {"Weight": range(1001), "Base": range(100_001)}
