"""Outputs, parameters and dashboards that give something else than their names say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import drop, put
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_KIND = "references-have-the-right-kind"
_PUBLISHED = "published-endpoints-are-right"
_DASHBOARD = "dashboard-shows-failover"
_GROUP = '"TargetGroup","${TargetGroup.TargetGroupFullName}"'
_BALANCER = '"LoadBalancer","${LoadBalancer.LoadBalancerFullName}"'


def _attribute(name: str, attribute: str) -> Json:
    return {"Fn::GetAtt": [name, attribute]}


def _in_dashboard(old: str, new: str) -> Change:
    def change(document: Json) -> None:
        body = document["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
        assert old in body["Fn::Sub"]
        body["Fn::Sub"] = body["Fn::Sub"].replace(old, new)

    return change


def _private_subnets() -> Json:
    return {"Fn::Join": [",", [{"Ref": f"PrivateSubnet{zone}"} for zone in "ABC"]]}


PUBLISHED: tuple[Mutation, ...] = (
    mutation("the reader's parameter is gone", _PUBLISHED, drop("ReaderParameter")),
    mutation(
        "the writer's parameter has the reader",
        _PUBLISHED,
        put(
            "WriterParameter.Properties.Value",
            _attribute("DatabaseCluster", "ReadEndpoint.Address"),
        ),
    ),
    mutation(
        "the output of the writer gives the reader",
        _PUBLISHED,
        put("Outputs.WriterEndpoint.Value", _attribute("DatabaseCluster", "ReadEndpoint.Address")),
    ),
    mutation(
        "the output of the reader gives an instance that writes",
        _PUBLISHED,
        put("Outputs.WriterEndpoint.Value", _attribute("DatabaseWriter", "Endpoint.Address")),
    ),
    mutation(
        "a widget asks for an instance as a cluster",
        _DASHBOARD,
        _in_dashboard("${DatabaseCluster}", "${DatabaseWriter}"),
    ),
    mutation(
        "a widget asks for a role that is none",
        _DASHBOARD,
        _in_dashboard("WRITER", "PRIMARY"),
    ),
    mutation(
        "a search asks for the load balancer as a target group",
        _DASHBOARD,
        _in_dashboard("${TargetGroup.TargetGroupFullName}", "${LoadBalancer.LoadBalancerFullName}"),
    ),
    mutation(
        "the widgets show another region",
        _DASHBOARD,
        _in_dashboard('"region":"${AWS::Region}"', '"region":"eu-west-1"'),
    ),
    mutation(
        "the writer's parameter has a topic",
        _PUBLISHED,
        put("WriterParameter.Properties.Value", {"Ref": "AlertTopic"}),
    ),
    mutation(
        "the reader's parameter has the cluster's ID",
        _PUBLISHED,
        put("ReaderParameter.Properties.Value", {"Ref": "DatabaseCluster"}),
    ),
    mutation(
        "the output of the writer gives its port",
        _PUBLISHED,
        put("Outputs.WriterEndpoint.Value", _attribute("DatabaseCluster", "Endpoint.Port")),
    ),
    mutation(
        "the output of the writer gives the load balancer",
        _PUBLISHED,
        put("Outputs.WriterEndpoint.Value", _attribute("LoadBalancer", "DNSName")),
    ),
    mutation(
        "the output of the application gives the database",
        _PUBLISHED,
        put("Outputs.ApplicationUrl.Value", _attribute("DatabaseCluster", "Endpoint.Address")),
    ),
    mutation(
        "the parameter of the secret has the key",
        _KIND,
        put("SecretParameter.Properties.Value", {"Ref": "EncryptionKey"}),
    ),
    mutation(
        "the output of the cluster gives the service's name",
        _KIND,
        put("Outputs.ClusterName.Value", _attribute("Service", "Name")),
    ),
    mutation(
        "the output of the database cluster gives that of the tasks",
        _KIND,
        put("Outputs.DatabaseClusterId.Value", {"Ref": "Cluster"}),
    ),
    mutation(
        "the output of the network gives a subnet",
        _KIND,
        put("Outputs.VpcId.Value", {"Ref": "PublicSubnetA"}),
    ),
    mutation(
        "the output of the public subnets gives the private ones",
        "outputs-for-tests",
        put("Outputs.PublicSubnetIds.Value", _private_subnets()),
    ),
    mutation(
        "a widget shows a topic as an alarm",
        _DASHBOARD,
        _in_dashboard("${TaskFailureAlarm.Arn}", "${AlertTopic}"),
    ),
    mutation(
        "a widget asks for the tasks of a service without its cluster",
        _DASHBOARD,
        _in_dashboard('"ClusterName","${Cluster}","ServiceName"', '"ServiceName"'),
    ),
    mutation(
        "a widget asks for response times by the target group alone",
        _DASHBOARD,
        _in_dashboard(f'"TargetResponseTime",{_BALANCER}', f'"TargetResponseTime",{_GROUP}'),
    ),
    mutation(
        "a widget asks for a misspelt namespace",
        _DASHBOARD,
        _in_dashboard('"AWS/RDS","CPUUtilization"', '"AWS/RSD","CPUUtilization"'),
    ),
    mutation(
        "the dashboard shows the readers' connections alone",
        _DASHBOARD,
        _in_dashboard('"WRITER"],["...","READER"]', '"READER"]'),
    ),
)
