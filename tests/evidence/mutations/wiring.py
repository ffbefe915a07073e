"""Tasks get the wrong part of the database, or of its secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import put
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Json

_USED = "tasks-use-their-database"
_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_VARIABLE = f"{_CONTAINER}.Environment.1"
_HOST = f"{_VARIABLE}.Value"
_READER_HOST = f"{_CONTAINER}.Environment.2.Value"
_PORT = f"{_CONTAINER}.Environment.3.Value"
_DATABASE = f"{_CONTAINER}.Environment.4"
_NAME = f"{_DATABASE}.Value"
_USERNAME, _PASSWORD = (f"{_CONTAINER}.Secrets.{number}.ValueFrom" for number in (0, 1))


def _attribute(name: str, attribute: str) -> Json:
    return {"Fn::GetAtt": [name, attribute]}


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
        "the tasks get the port of the database as its host",
        _USED,
        put(_HOST, _attribute("DatabaseCluster", "Endpoint.Port")),
    ),
    mutation("the tasks get a number as the host", _USED, put(_HOST, "5432")),
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
    *(
        mutation(
            f"the variable {name} has the load balancer's host",
            _USED,
            put(_VARIABLE, {"Name": name, "Value": _attribute("LoadBalancer", "DNSName")}),
        )
        for name in ("PGHOST", "DBHOST", "DB_HOST_WRITER", "RDS_ENDPOINT")
    ),
    *(
        mutation(
            f"the variable {name} has the name of no database",
            _USED,
            put(_DATABASE, {"Name": name, "Value": "orders"}),
        )
        for name in ("DBNAME", "POSTGRES_DB", "PGDATABASE", "appDbName", "DATABASE")
    ),
    mutation(
        "the tasks get the host of a read replica as that of the writer",
        _USED,
        put(
            "Replica",
            {
                "Type": "AWS::RDS::DBInstance",
                "Properties": {"SourceDBClusterIdentifier": {"Ref": "DatabaseCluster"}},
            },
        ),
        put(_HOST, _attribute("Replica", "Endpoint.Address")),
    ),
    mutation(
        "the tasks get the writer's host as its port",
        _USED,
        put(_PORT, _attribute("DatabaseCluster", "Endpoint.Address")),
    ),
    mutation(
        "the tasks get the cluster's ID as its port", _USED, put(_PORT, {"Ref": "DatabaseCluster"})
    ),
    mutation(
        "the readers' host is that of the writer, from the attached secret",
        _USED,
        put(
            "Attachment",
            {
                "Type": "AWS::SecretsManager::SecretTargetAttachment",
                "Properties": {
                    "SecretId": {"Ref": "DatabaseSecret"},
                    "TargetId": {"Ref": "DatabaseCluster"},
                    "TargetType": "AWS::RDS::DBCluster",
                },
            },
        ),
        put(
            _READER_HOST,
            {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:host}}"},
        ),
    ),
    mutation("the password is the whole secret", _USED, put(_PASSWORD, {"Ref": "DatabaseSecret"})),
    mutation(
        "a new secret has no version of this ID",
        _USED,
        put(_PASSWORD, {"Fn::Sub": "${DatabaseSecret}:password::0a1b2c3d-example"}),
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
)
