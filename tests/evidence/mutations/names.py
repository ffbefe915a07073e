"""Ways to let two stacks in one region want the same name."""

from __future__ import annotations

from tests.evidence.changes import Change, put
from tests.evidence.mutations.mutation import Mutation, mutation


def _shared(title: str, *changes: Change) -> Mutation:
    return mutation(title, "stacks-share-no-name", *changes)


def _resource(title: str, resource_type: str, **properties: object) -> Mutation:
    tags = [{"Key": "Name", "Value": {"Fn::Sub": "payment-${EnvironmentSuffix}"}}]
    return _shared(
        title,
        put("Other", {"Type": resource_type, "Properties": {"Tags": tags, **properties}}),
    )


NAMES = (
    _shared(
        "an export has no suffix",
        put("Outputs.VpcId.Export", {"Name": "payment-vpc"}),
    ),
    _shared(
        "an export is named after the region alone",
        put("Outputs.VpcId.Export", {"Name": {"Fn::Sub": "payment-vpc-${AWS::Region}"}}),
    ),
    _shared(
        "a log group has no suffix",
        put("ApplicationLogGroup.Properties.LogGroupName", "/ecs/payment"),
    ),
    _shared("an alias has no suffix", put("EncryptionKeyAlias.Properties.AliasName", "alias/pay")),
    _shared("a secret has no suffix", put("DatabaseSecret.Properties.Name", "payment-database")),
    _shared(
        "a parameter of Systems Manager has no suffix",
        put("WriterParameter.Properties.Name", "/payment/database/writer"),
    ),
    _shared(
        "a dashboard has the region alone",
        put("Dashboard.Properties.DashboardName", {"Fn::Sub": "payment-${AWS::Region}"}),
    ),
    _resource(
        "a parameter group has its suffix in a tag alone",
        "AWS::RDS::DBClusterParameterGroup",
        DBClusterParameterGroupName="payment",
        Description="Payments",
        Family="aurora-postgresql15",
        Parameters={},
    ),
    _resource("a queue has its suffix in a tag alone", "AWS::SQS::Queue", QueueName="payment"),
    _resource("a table has its suffix in a tag alone", "AWS::DynamoDB::Table", TableName="payment"),
    _resource("a detector that a region has once", "AWS::GuardDuty::Detector", Enable=True),
)
