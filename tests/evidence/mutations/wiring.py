"""Tasks, outputs and the dashboard name the wrong part of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import drop, put
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_USED = "tasks-use-their-database"
_PUBLISHED = "published-endpoints-are-right"
_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_HOST = f"{_CONTAINER}.Environment.1.Value"
_READER_HOST = f"{_CONTAINER}.Environment.2.Value"
_NAME = f"{_CONTAINER}.Environment.4.Value"
_USERNAME, _PASSWORD = (f"{_CONTAINER}.Secrets.{number}.ValueFrom" for number in (0, 1))


def _attribute(name: str, attribute: str) -> Json:
    return {"Fn::GetAtt": [name, attribute]}


def _in_dashboard(old: str, new: str) -> Change:
    def change(document: Json) -> None:
        body = document["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
        assert old in body["Fn::Sub"]
        body["Fn::Sub"] = body["Fn::Sub"].replace(old, new)

    return change


WIRING: tuple[Mutation, ...] = (
    mutation(
        "the tasks get the reader's host",
        _USED,
        put(_HOST, _attribute("DatabaseCluster", "ReadEndpoint.Address")),
    ),
    mutation(
        "the tasks get the writer's host as that of the readers",
        _USED,
        put(_READER_HOST, _attribute("DatabaseCluster", "Endpoint.Address")),
    ),
    mutation(
        "the tasks get the host of an instance",
        _USED,
        put(_HOST, _attribute("DatabaseWriter", "Endpoint.Address")),
    ),
    mutation(
        "the tasks get the load balancer's host",
        _USED,
        put(_HOST, _attribute("LoadBalancer", "DNSName")),
    ),
    mutation(
        "the tasks get the reader's host in a connection string",
        _USED,
        put(_HOST, {"Fn::Sub": "postgres://${DatabaseCluster.ReadEndpoint.Address}/payments"}),
    ),
    mutation("the tasks get the name of no database", _USED, put(_NAME, "orders")),
    mutation(
        "a connection string names no database of the cluster",
        _USED,
        put(_HOST, {"Fn::Sub": "postgres://${DatabaseCluster.Endpoint.Address}:5432/orders"}),
    ),
    mutation(
        "the database has another name",
        _USED,
        put("DatabaseCluster.Properties.DatabaseName", "orders"),
    ),
    mutation(
        "the tasks log in as a user that the cluster does not have",
        _USED,
        put("DatabaseCluster.Properties.MasterUsername", "administrator"),
    ),
    mutation(
        "the password is the user's name",
        _USED,
        put(_PASSWORD, {"Fn::Sub": "${DatabaseSecret}:username::"}),
    ),
    mutation(
        "the user's name is the password",
        _USED,
        put(_USERNAME, {"Fn::Sub": "${DatabaseSecret}:password::"}),
    ),
    mutation(
        "the version of the secret is misspelt",
        _USED,
        put(_PASSWORD, {"Fn::Sub": "${DatabaseSecret}:password:AWSCURENT:"}),
    ),
    mutation(
        "a new secret has no previous version",
        _USED,
        put(_PASSWORD, {"Fn::Sub": "${DatabaseSecret}:password:AWSPREVIOUS:"}),
    ),
    mutation(
        "the cluster's password is the secret's user",
        "secrets-not-in-clear",
        put(
            "DatabaseCluster.Properties.MasterUserPassword",
            {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:username}}"},
        ),
    ),
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
        "dashboard-shows-failover",
        _in_dashboard("${DatabaseCluster}", "${DatabaseWriter}"),
    ),
    mutation(
        "a widget asks for a role that is none",
        "dashboard-shows-failover",
        _in_dashboard("WRITER", "PRIMARY"),
    ),
    mutation(
        "a search asks for the load balancer as a target group",
        "dashboard-shows-failover",
        _in_dashboard("${TargetGroup.TargetGroupFullName}", "${LoadBalancer.LoadBalancerFullName}"),
    ),
    mutation(
        "the widgets show another region",
        "dashboard-shows-failover",
        _in_dashboard('"region":"${AWS::Region}"', '"region":"eu-west-1"'),
    ),
)
