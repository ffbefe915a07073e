import json

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST, resource

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.mark.parametrize("operation", ["create_stack", "update_stack", "create_change_set"])
def test_named_iam_resource_needs_its_capability(aws: EmbeddedAws, operation: str) -> None:
    client = aws.client("cloudformation", EAST)
    template = resource("AWS::IAM::Role", RoleName="task", AssumeRolePolicyDocument=_TRUST)
    if operation == "update_stack":
        stacks.create(aws, resource("AWS::SNS::Topic"))
    more = (
        {"ChangeSetName": "first", "ChangeSetType": "CREATE"}
        if operation == "create_change_set"
        else {}
    )

    with pytest.raises(client.exceptions.InsufficientCapabilitiesException) as error:
        getattr(client, operation)(
            StackName="payment",
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM"],
            **more,
        )

    message = error.value.response["Error"]["Message"]
    assert message == "Requires capabilities : [CAPABILITY_NAMED_IAM]"


def test_template_over_the_inline_limit_is_rejected(aws: EmbeddedAws) -> None:
    template = resource("AWS::SNS::Topic")
    template["Metadata"] = {"Padding": "x" * 51_200}
    client = aws.client("cloudformation", EAST)

    with pytest.raises(ClientError, match="length less than or equal to 51200"):
        client.create_stack(StackName="large", **stacks.request(template, {}))


def test_unknown_parameter_is_rejected(aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError, match=r"Parameters: \[Sufix\] do not exist in the template"):
        stacks.create(aws, resource("AWS::SNS::Topic"), Sufix="dev")


def test_failed_rule_is_reported_with_its_description(aws: EmbeddedAws) -> None:
    template = {
        "Parameters": {"Zone": {"Type": "String"}},
        "Rules": {
            "ZoneIsGiven": {
                "Assertions": [
                    {
                        "Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Zone"}, ""]}]},
                        "AssertDescription": "Give a hosted zone.",
                    }
                ]
            }
        },
        **resource("AWS::SNS::Topic"),
    }

    with pytest.raises(ClientError, match=r"Give a hosted zone\."):
        stacks.create(aws, template, Zone="")
