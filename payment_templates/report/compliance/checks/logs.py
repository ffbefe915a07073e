"""Checks what is logged: network, requests, queries and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, conditional, kept, not_applicable
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check
from payment_templates.report.compliance.checks.databases import CLUSTER, INSTANCE, databases

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence import Finding, Topology

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
# The property with the parameter group of each type, and the type of the group.
_PARAMETERS = {
    CLUSTER: ("DBClusterParameterGroupName", "AWS::RDS::DBClusterParameterGroup"),
    INSTANCE: ("DBParameterGroupName", "AWS::RDS::DBParameterGroup"),
}
_DEFINITION = "AWS::ECS::TaskDefinition"
_VPC, _FLOW_LOG = "AWS::EC2::VPC", "AWS::EC2::FlowLog"
_WEB_ACL = "AWS::WAFv2::WebACL"
# The log with connections, errors and, with pgAudit, statements:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
_EXPORTED = {
    **dict.fromkeys(("aurora-postgresql", "postgres"), "postgresql"),
    **dict.fromkeys(("aurora-mysql", "mariadb", "mysql"), "audit"),
}
# The classes of statements: reads and writes of data, roles and their rights, the schema.
# https://github.com/pgaudit/pgaudit#pgauditlog
_AUDITED = {"read", "write", "role", "ddl"}


@check("The network's traffic is logged", {_FLOW_LOG: ("ResourceId", "TrafficType"), _VPC: ()})
def network_traffic_is_logged(topology: Topology) -> Finding:
    """Check that each network has a flow log of accepted and rejected traffic."""
    stack = topology.stack
    networks = stack.of_type(_VPC)
    if not networks:
        return absent("there is no network")
    partial: list[str] = []
    for network in networks:
        logs = [
            log
            for log in stack.of_type(_FLOW_LOG)
            if stack.find(log.properties.get("ResourceId"), _VPC) is network
        ]
        if not logs and (others := _flow_logs_of_parts(stack)):
            partial.append(f"{network.logical_id} (only {', '.join(others)})")
            continue
        if not logs:
            return broken(f"{network.logical_id} has no flow log")
        kinds = {log.properties.text("TrafficType") or "ALL" for log in logs}
        if "ALL" not in kinds and kinds != {"ACCEPT", "REJECT"}:
            partial.append(f"{network.logical_id} ({', '.join(sorted(kinds))})")
    if partial:
        return conditional(f"if no other traffic must be logged: {', '.join(partial)}")
    return kept(f"{quantity(len(networks), 'network')} with a flow log of all traffic")


@check("The load balancer logs requests", {_BALANCER: ("LoadBalancerAttributes",)})
def requests_are_logged(topology: Topology) -> Finding:
    """Check that load balancers write access logs."""
    balancers = topology.stack.of_type(_BALANCER)
    if not balancers:
        return absent("there is no load balancer")
    for balancer in balancers:
        attributes = balancer.properties.attributes("LoadBalancerAttributes")
        if not attributes.flag("access_logs.s3.enabled"):
            return broken(f"{balancer.logical_id} writes no access logs")
    return kept(f"{quantity(len(balancers), 'load balancer')} with access logs")


@check("Containers write logs", {_DEFINITION: ("ContainerDefinitions",)})
def containers_are_logged(topology: Topology) -> Finding:
    """Check that each container of each task has a log configuration."""
    count = 0
    for definition in topology.stack.of_type(_DEFINITION):
        for container in definition.properties.children("ContainerDefinitions"):
            count += 1
            if not container.child("LogConfiguration").text("LogDriver"):
                return broken(f"{definition.logical_id}.{container.text('Name')} writes no logs")
    if not count:
        return absent("there is no container")
    return kept(f"{quantity(count, 'container')} with logs")


@check(
    "The database exports its logs",
    {CLUSTER: ("EnableCloudwatchLogsExports",), INSTANCE: ("EnableCloudwatchLogsExports",)},
)
def database_exports_logs(topology: Topology) -> Finding:
    """Check that databases send the log with connections and statements to CloudWatch Logs."""
    found = databases(topology.stack)
    if not found:
        return absent("there is no database")
    for database in found:
        needed = _EXPORTED.get(database.properties.text("Engine"), "")
        exported = database.properties.texts("EnableCloudwatchLogsExports")
        if not exported or (needed and needed not in exported):
            return broken(f"{database.logical_id} does not export its log {needed}".rstrip())
    return kept(f"{quantity(len(found), 'database')} with exported logs")


@check(
    "The database audits statements",
    {
        **{group: ("Parameters",) for _, group in _PARAMETERS.values()},
        CLUSTER: ("DBClusterParameterGroupName",),
        INSTANCE: ("DBParameterGroupName",),
    },
)
def database_audits_statements(topology: Topology) -> Finding:
    """Check that pgAudit is loaded and logs reads, writes, roles and changes of the schema.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.PostgreSQL.CommonDBATasks.pgaudit.html
    """
    found = databases(topology.stack)
    if not found:
        return absent("there is no database")
    partial: list[str] = []
    for database in found:
        name = database.logical_id
        if "postgres" not in database.properties.text("Engine"):
            partial.append(f"{name} audits statements by its engine's own means")
            continue
        libraries, classes = _audit_settings(topology.stack, database)
        if "pgaudit" not in libraries or not classes - {"none"}:
            return broken(f"{name} has no audit of statements: pgaudit is not loaded or is off")
        if "all" not in classes and not classes >= _AUDITED:
            partial.append(f"{name} needs to audit only {', '.join(sorted(classes))}")
    if partial:
        return conditional(f"if {', and '.join(partial)}")
    return kept(f"{quantity(len(found), 'database')} with an audit of all statements")


@check(
    "The web ACL logs requests",
    {"AWS::WAFv2::LoggingConfiguration": ("ResourceArn",), _WEB_ACL: ()},
)
def web_acl_is_logged(topology: Topology) -> Finding:
    """Check that each web ACL has a logging configuration."""
    stack = topology.stack
    acls = stack.of_type(_WEB_ACL)
    if not acls:
        return not_applicable("there is no web ACL")
    logged = [
        stack.find(each.properties.get("ResourceArn"), _WEB_ACL)
        for each in stack.of_type("AWS::WAFv2::LoggingConfiguration")
    ]
    for acl in acls:
        if acl not in logged:
            return broken(f"{acl.logical_id} writes no logs")
    return kept(f"{quantity(len(acls), 'web ACL')} with logs")


def _flow_logs_of_parts(stack: Stack) -> list[str]:
    """Return the flow logs of subnets and network interfaces."""
    logs = stack.of_type(_FLOW_LOG)
    return [log.logical_id for log in logs if log.properties.text("ResourceType") != "VPC"]


def _audit_settings(stack: Stack, database: StackResource) -> tuple[set[str], set[str]]:
    """Return the preloaded libraries of a database, and the kinds of statements that it audits."""
    name, group = _PARAMETERS[database.type]
    found = stack.find(database.properties.get(name), group)
    if found is None:
        return set(), set()
    parameters = found.properties.child("Parameters")
    libraries, classes = (
        {part.strip().lower() for part in parameters.text(name).split(",")} - {""}
        for name in ("shared_preload_libraries", "pgaudit.log")
    )
    return libraries, classes
