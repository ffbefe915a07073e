from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

PATH = "/payment/${EnvironmentSuffix}/database/"
VALUES = {
    "writer-endpoint": {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]},
    "reader-endpoint": {"Fn::GetAtt": ["DatabaseCluster", "ReadEndpoint.Address"]},
    # In place of the password itself.
    "secret-arn": {"Ref": "DatabaseSecret"},
}


def test_parameters_lie_under_the_stacks_own_path(template: View) -> None:
    parameters = template.of_type("AWS::SSM::Parameter").values()

    names = [parameter["Name"]["Fn::Sub"] for parameter in parameters]

    assert names == [PATH + leaf for leaf in VALUES]


@pytest.mark.parametrize("leaf", VALUES)
def test_parameter_tells_the_application(template: View, leaf: str) -> None:
    (parameter,) = (
        parameter
        for parameter in template.of_type("AWS::SSM::Parameter").values()
        if parameter["Name"] == {"Fn::Sub": PATH + leaf}
    )

    value: Json = parameter["Value"]

    assert value == VALUES[leaf]


# CloudFormation cannot make a SecureString.
def test_parameters_are_of_a_type_that_cloudformation_can_make(template: View) -> None:
    parameters = template.of_type("AWS::SSM::Parameter").values()

    assert {parameter["Type"] for parameter in parameters} == {"String"}
