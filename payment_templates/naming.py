"""Names the stack's resources: logical IDs, physical names, log groups, parameters and tags."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from troposphere import Ref, Sub, Tags

from payment_templates.facts.name_limits import NAME_LIMITS
from payment_templates.facts.regions import LONGEST_REGION

if TYPE_CHECKING:
    from payment_templates.options import Options

# The tightest limit: a load balancer's name has 32 characters, and "payment-alb-" takes 12.
LONGEST_SUFFIX = 20

# Services derive the names of log groups from these two.
DATABASE_CLUSTER = "aurora-cluster"
ECS_CLUSTER = "cluster"

_SUFFIX = "${EnvironmentSuffix}"
_REGION = "${AWS::Region}"
_ACCOUNT = "${AWS::AccountId}"
_ACCOUNT_LENGTH = 12


def in_zone(logical_id: str, zone: int) -> str:
    """Return the logical ID of a resource's copy for one zone, counted from 0."""
    return f"{logical_id}{ascii_uppercase[zone]}"


def thing_in_zone(thing: str, zone: int) -> str:
    """Return the tag name of a resource's copy for one zone, counted from 0."""
    return f"{thing}-{ascii_lowercase[zone]}"


def physical_name(resource_type: str, thing: str, *, before: str = "", after: str = "") -> Sub:
    """Return a name in AWS: payment-<thing>-<suffix>, plus the region where regions share names.

    Raises ValueError when the longest form exceeds the service's limit.
    """
    rule = NAME_LIMITS[resource_type]
    name = f"{before}payment-{thing}-{_SUFFIX}{after}"
    if rule.shared_by_regions:
        name += f"-{_REGION}"
    _refuse_too_long(resource_type, name, rule.longest)
    return Sub(name)


def ecs_cluster_name() -> Sub:
    """Return the name of the ECS cluster, which the key policy needs before the cluster exists."""
    return physical_name("AWS::ECS::Cluster", ECS_CLUSTER)


def global_database_id() -> Sub:
    """Return the name of the global database, by which the other region's cluster joins it."""
    return physical_name("AWS::RDS::GlobalCluster", "global")


def database_cluster_name(options: Options) -> Sub:
    """Return the name of the database cluster."""
    after = _region_of_cluster(options)
    return physical_name("AWS::RDS::DBCluster", DATABASE_CLUSTER, after=after)


def _region_of_cluster(options: Options) -> str:
    # "The names you choose for each of your Aurora DB clusters must be unique, across all AWS
    # Regions", says AWS of the clusters of a global database:
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
    return f"-{_REGION}" if options.global_database else ""


def database_cluster_arn(options: Options) -> Sub:
    """Return the ARN of the database cluster, which stays the same when the cluster changes."""
    name = database_cluster_name(options).data["Fn::Sub"]
    return Sub(f"arn:${{AWS::Partition}}:rds:${{AWS::Region}}:${{AWS::AccountId}}:cluster:{name}")


def database_log_group(options: Options) -> Sub:
    """Return the name of the log group to which Aurora writes the PostgreSQL logs."""
    return physical_name(
        "AWS::Logs::LogGroup",
        DATABASE_CLUSTER,
        before="/aws/rds/cluster/",
        after=f"{_region_of_cluster(options)}/postgresql",
    )


def container_insights_log_group() -> Sub:
    """Return the name of the log group to which Container Insights writes the metrics."""
    return physical_name(
        "AWS::Logs::LogGroup",
        ECS_CLUSTER,
        before="/aws/ecs/containerinsights/",
        after="/performance",
    )


def application_log_group() -> Sub:
    """Return the name of the log group to which the tasks write."""
    return physical_name("AWS::Logs::LogGroup", "application", before="/ecs/")


def flow_log_group() -> Sub:
    """Return the name of the log group with the traffic of the VPC."""
    return physical_name("AWS::Logs::LogGroup", "flow-logs", before="/aws/vpc/")


def dns_query_log_group() -> Sub:
    """Return the name of the log group with the names that the VPC looks up."""
    return physical_name("AWS::Logs::LogGroup", "dns-queries", before="/aws/route53resolver/")


def web_acl_log_group() -> Sub:
    """Return the name of the log group with the requests that the web ACL inspected.

    WAF accepts only names with this start:
    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    """
    return physical_name("AWS::Logs::LogGroup", "web", before="aws-waf-logs-")


def log_group_arns(options: Options) -> list[Sub]:
    """Return patterns for the ARNs of the stack's log groups, which its key may encrypt.

    If the groups are retained, also those of options that are off: without the key, what was logged
    while an option was on could not be read.
    """
    # A key exists in one region of one partition: the pattern needs neither.
    arn = "arn:*:logs:*:${AWS::AccountId}:log-group:"
    groups = [database_log_group(options), container_insights_log_group(), application_log_group()]
    retained = options.deletion_policy == "Snapshot"
    if options.flow_logs or retained:
        groups.append(flow_log_group())
    if options.dns_query_logs or retained:
        groups.append(dns_query_log_group())
    if options.web_acl or retained:
        groups.append(web_acl_log_group())
    return [Sub(arn + group.data["Fn::Sub"]) for group in groups]


def access_log_bucket() -> Sub:
    """Return the name of the bucket for access logs, which no account in the world may share."""
    return physical_name("AWS::S3::Bucket", f"logs-{_ACCOUNT}")


def topic_name() -> Sub:
    """Return the name of the topic that receives every alert."""
    return physical_name("AWS::SNS::Topic", "alerts")


def topic_arn(region: str = "AWS::Region") -> Sub:
    """Return the ARN of that topic, in this region or in the one that a parameter names.

    The key policy needs it before the topic exists.
    """
    topic = topic_name().data["Fn::Sub"]
    return Sub(f"arn:${{AWS::Partition}}:sns:${{{region}}}:${{AWS::AccountId}}:{topic}")


def database_parameter(leaf: str) -> Sub:
    """Return the name of a parameter under the path of this stack's database."""
    name = f"/payment/{_SUFFIX}/database/{leaf}"
    _refuse_too_long("AWS::SSM::Parameter", name, NAME_LIMITS["AWS::SSM::Parameter"].longest)
    return Sub(name)


def database_parameter_arns() -> Sub:
    """Return a pattern for the ARNs of all parameters under that path."""
    path = database_parameter("*").data["Fn::Sub"]
    return Sub(f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter{path}")


def key_alias() -> Sub:
    """Return the alias of the key, which the keys of both regions have."""
    return physical_name("AWS::KMS::Alias", "key", before="alias/")


def backup_vault() -> Sub:
    """Return the name of the backup vault, which both regions have."""
    return physical_name("AWS::Backup::BackupVault", "vault")


def backup_vault_arn(region: str = "AWS::Region") -> Sub:
    """Return the ARN of that vault, in this region or in the one that a parameter names."""
    vault = backup_vault().data["Fn::Sub"]
    return Sub(
        f"arn:${{AWS::Partition}}:backup:${{{region}}}:${{AWS::AccountId}}:backup-vault:{vault}"
    )


def tags(thing: str) -> Tags:
    """Return the tags of a resource: its name and its environment."""
    return Tags(**tag_map(thing))


def tag_map(thing: str) -> dict[str, Sub | Ref]:
    """Return the same tags for the resource types that take a map."""
    return {"Environment": Ref("EnvironmentSuffix"), "Name": Sub(f"payment-{thing}-{_SUFFIX}")}


def _refuse_too_long(resource_type: str, name: str, limit: int) -> None:
    longest = name.replace(_SUFFIX, "s" * LONGEST_SUFFIX).replace(_REGION, "r" * LONGEST_REGION)
    longest = longest.replace(_ACCOUNT, "1" * _ACCOUNT_LENGTH)
    if len(longest) > limit:
        raise ValueError(
            f"the {resource_type} name {name} can reach {len(longest)} characters; "
            f"AWS allows {limit}"
        )
