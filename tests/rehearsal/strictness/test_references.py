from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST, resource


@pytest.mark.parametrize(
    ("template", "message"),
    [
        pytest.param(
            resource("AWS::EC2::Subnet", VpcId={"Ref": "Gone"}, CidrBlock="10.0.1.0/24"),
            "Unresolved resource dependencies [Gone] in the Resources block of the template",
            id="Ref",
        ),
        pytest.param(
            resource("AWS::SNS::Topic", TopicName={"Fn::Sub": "alerts-${Gone}"}),
            "Unresolved resource dependencies [Gone] in the Resources block of the template",
            id="Sub",
        ),
        pytest.param(
            resource("AWS::SNS::Topic", TopicName={"Fn::GetAtt": ["Gone", "Name"]}),
            "Unresolved resource dependencies [Gone] in the Resources block of the template",
            id="GetAtt",
        ),
        pytest.param(
            {"Resources": {"It": {"Type": "AWS::SNS::Topic", "DependsOn": "Gone"}}},
            "Unresolved resource dependencies [Gone] in the Resources block of the template",
            id="DependsOn",
        ),
        pytest.param(
            {**resource("AWS::SNS::Topic"), "Outputs": {"It": {"Value": {"Ref": "Gone"}}}},
            "Unresolved resource dependencies [Gone] in the Outputs block of the template",
            id="output",
        ),
        pytest.param(
            {
                **resource("AWS::SNS::Topic"),
                "Conditions": {"Is": {"Fn::Equals": [{"Ref": "It"}, "x"]}},
            },
            "Cannot reference resources in the Conditions block of the template",
            id="resource in a condition",
        ),
        pytest.param(
            {"Resources": {"It": {"Type": "AWS::SNS::Topic", "Condition": "Gone"}}},
            "Unresolved condition dependency Gone in the Resources block of the template",
            id="condition",
        ),
    ],
)
def test_dangling_reference_is_rejected_before_a_stack_exists(
    aws: EmbeddedAws, template: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError) as error:
        stacks.create(aws, template)

    assert "(ValidationError)" in str(error.value)
    assert message in str(error.value)
    assert aws.client("cloudformation", EAST).describe_stacks()["Stacks"] == []
