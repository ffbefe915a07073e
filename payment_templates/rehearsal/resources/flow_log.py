"""AWS::EC2::FlowLog: logs the traffic of a network."""

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.ec2_tags import retag
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only


def _create(properties: Properties, _name: str) -> Created:
    made = account.call(
        "ec2",
        "CreateFlowLogs",
        ResourceIds=[properties["ResourceId"]],
        **only(
            properties,
            "ResourceType",
            "TrafficType",
            "LogDestinationType",
            "LogDestination",
            "LogGroupName",
            "DeliverLogsPermissionArn",
            "LogFormat",
            "DestinationOptions",
        ),
    )
    flow_log_id = made["FlowLogIds"][0]
    # ministack ignores the tag specification of a flow log.
    retag(flow_log_id, {}, properties)
    return Created(ref=flow_log_id, attributes={"Id": flow_log_id})


def _update(ref: str, before: Properties, after: Properties) -> Attributes:
    retag(ref, before, after)
    return {"Id": ref}


def _delete(ref: str, _properties: Properties) -> None:
    account.call("ec2", "DeleteFlowLogs", FlowLogIds=[ref])


FLOW_LOG = ResourceType(
    name="AWS::EC2::FlowLog",
    create=_create,
    update=_update,
    delete=_delete,
    tag_property="Tags",
)
