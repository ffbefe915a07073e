"""Names: logical IDs by zone, physical names, log groups, parameters and tags."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

from troposphere import Ref, Sub, Tags

from payment_templates.facts.name_limits import NAME_LIMITS
from payment_templates.facts.regions import LONGEST_REGION

# A load balancer's 32 characters less "payment-alb-": the tightest of all services decides.
LONGEST_SUFFIX = 20

# Services derive the names of log groups from these two.
DATABASE_CLUSTER = "aurora-cluster"
ECS_CLUSTER = "cluster"

_SUFFIX = "${EnvironmentSuffix}"
_REGION = "${AWS::Region}"


def in_zone(logical_id: str, zone: int) -> str:
    """Name the copy of a resource that serves one zone, counted from 0."""
    return f"{logical_id}{ascii_uppercase[zone]}"


def thing_in_zone(thing: str, zone: int) -> str:
    """Name the thing that serves one zone, counted from 0, for its tags."""
    return f"{thing}-{ascii_lowercase[zone]}"


def physical_name(resource_type: str, thing: str, *, before: str = "", after: str = "") -> Sub:
    """Name a thing in AWS: payment-<thing>-<suffix>, and the region where all regions share it.

    Raises ValueError when the longest form passes the service's limit.
    """
    rule = NAME_LIMITS[resource_type]
    name = f"{before}payment-{thing}-{_SUFFIX}{after}"
    if rule.shared_by_regions:
        name += f"-{_REGION}"
    _refuse_too_long(resource_type, name, rule.longest)
    return Sub(name)


def ecs_cluster_name() -> Sub:
    """Name the ECS cluster, which the key policy names before the cluster exists."""
    return physical_name("AWS::ECS::Cluster", ECS_CLUSTER)


def database_log_group() -> Sub:
    """Name the log group that Aurora writes the cluster's PostgreSQL logs to."""
    return physical_name(
        "AWS::Logs::LogGroup", DATABASE_CLUSTER, before="/aws/rds/cluster/", after="/postgresql"
    )


def container_insights_log_group() -> Sub:
    """Name the log group that Container Insights writes the cluster's metrics to."""
    return physical_name(
        "AWS::Logs::LogGroup",
        ECS_CLUSTER,
        before="/aws/ecs/containerinsights/",
        after="/performance",
    )


def application_log_group() -> Sub:
    """Name the log group that the tasks write to."""
    return physical_name("AWS::Logs::LogGroup", "application", before="/ecs/")


def log_group_arns() -> list[Sub]:
    """Match the ARNs of the stack's log groups, which its key may encrypt."""
    # A key serves one region of one partition: neither needs to be named.
    arn = "arn:*:logs:*:${AWS::AccountId}:log-group:"
    groups = (database_log_group(), container_insights_log_group(), application_log_group())
    return [Sub(arn + group.data["Fn::Sub"]) for group in groups]


def topic_name() -> Sub:
    """Name the topic that every alert goes to."""
    return physical_name("AWS::SNS::Topic", "alerts")


def topic_arn() -> Sub:
    """Name the ARN of that topic, which the key policy names before the topic exists."""
    topic = topic_name().data["Fn::Sub"]
    return Sub(f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{topic}")


def database_parameter(leaf: str) -> Sub:
    """Name a parameter of the parameter store under the path of this stack's database."""
    name = f"/payment/{_SUFFIX}/database/{leaf}"
    _refuse_too_long("AWS::SSM::Parameter", name, NAME_LIMITS["AWS::SSM::Parameter"].longest)
    return Sub(name)


def database_parameter_arns() -> Sub:
    """Match the ARNs of all parameters under that path."""
    path = database_parameter("*").data["Fn::Sub"]
    return Sub(f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter{path}")


def tags(thing: str) -> Tags:
    """Make the tags of a thing: its name, and the environment that it belongs to."""
    return Tags(**tag_map(thing))


def tag_map(thing: str) -> dict[str, Sub | Ref]:
    """Make the same tags for the types that take them as a map."""
    return {"Environment": Ref("EnvironmentSuffix"), "Name": Sub(f"payment-{thing}-{_SUFFIX}")}


def _refuse_too_long(resource_type: str, name: str, limit: int) -> None:
    longest = name.replace(_SUFFIX, "s" * LONGEST_SUFFIX).replace(_REGION, "r" * LONGEST_REGION)
    if len(longest) > limit:
        raise ValueError(
            f"the name {name} of an {resource_type} can reach {len(longest)} characters, "
            f"AWS takes {limit}: shorten it"
        )
