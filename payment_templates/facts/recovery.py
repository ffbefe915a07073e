"""Lists what AWS documents about data loss, and about recoveries without a stated time."""

_AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide"
_ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"

# "Aurora synchronously replicates the data across Availability Zones to six storage nodes"; "can
# tolerate a failure of an Availability Zone without any loss of data". The same page has the times
# of a failover, and says of a zone with all instances: "manually create one or more new DB
# instances in another AZ".
AURORA_AVAILABILITY = f"{_AURORA}/Concepts.AuroraHighAvailability.html"
# As public notes quote it: "designed to transparently handle the loss of up to two copies of data
# without affecting database write availability and up to three copies without affecting read
# availability"; six copies, two in each of three zones.
AURORA_QUORUM = "https://aws.amazon.com/rds/aurora/faqs/"
AURORA_COPIES, AURORA_COPIES_PER_ZONE = 6, 2
AURORA_COPIES_TO_WRITE, AURORA_COPIES_TO_READ = 4, 3
# "Five seconds, which is the default for Aurora DNS zones".
RDS_FAILOVER = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html"
)
AURORA_DNS = f"{_AURORA}/blue-green-deployments-switching.html"
# "The latest restorable time ... typically within 5 minutes of the current time"; backups "are
# stored" in the region of the cluster.
AURORA_BACKUPS = f"{_AURORA}/Aurora.Managing.Backups.html"
RESTORABLE_SECONDS = 300
# "RTO can be in the order of minutes"; a failover, which an operator starts: "Typically, the chosen
# secondary cluster assumes the primary role within a few minutes". "RPO is typically measured in
# seconds", and for Aurora PostgreSQL `rds.global_db_rpo` sets "the upper bound on RPO": 20 s or
# more. "In a global database with only two AWS Regions, we recommend keeping the
# rds.global_db_rpo parameter's default value in the secondary Region's parameter group. Otherwise,
# performing a failover due to a loss of the primary AWS Region could cause Aurora to pause
# transactions."
GLOBAL_DATABASE = f"{_AURORA}/aurora-global-database-disaster-recovery.html"
GLOBAL_RPO_PARAMETER = "rds.global_db_rpo"
GLOBAL_RPO_LEAST_SECONDS = 20
# "Latency typically under a second".
GLOBAL_LAG = f"{_AURORA}/aurora-global-database.html"

# Half of the desired tasks fail, at least 3 and at most 200.
CIRCUIT_BREAKER = f"{_ECS}/deployment-circuit-breaker.html"
BREAKER_SHARE, BREAKER_LEAST, BREAKER_MOST = 0.5, 3, 200
DEPLOYMENT_ALARMS = f"{_ECS}/deployment-alarm-failure.html"
ROLLING_UPDATE = f"{_ECS}/deployment-type-ecs.html"
# The scheduler replaces a task that stopped; no page states how long a task takes to start.
TASK_REPLACEMENT = f"{_ECS}/ecs_services.html"

HEALTH_CHECKS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
    "target-group-health-checks.html"
)
CONTAINER_CHECKS = f"{_ECS}/healthcheck.html"
# A zone without healthy targets is removed from DNS, and "the DNS entry" has a TTL of 60 s.
ZONE_IN_DNS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html"
)
# "AWS starts an autoshift when internal telemetry indicates that there is an Availability Zone
# impairment that could potentially impact customers".
ZONAL_SHIFT = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html"
ROUTE53_CHECKS = (
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"
    "dns-failover-determining-health-of-endpoints.html"
)
# "If no record is healthy, all records are healthy": Route 53 then answers with the primary one.
NO_HEALTHY_RECORD = (
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"
    "health-checks-how-route-53-chooses-records.html"
)
RECORD_TTL = (
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"
    "resource-record-sets-values-failover.html"
)
