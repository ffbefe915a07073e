from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

PATH = "/payment/${EnvironmentSuffix}/database/"
VALUES = {
    "writer-endpoint": {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]},
    "reader-endpoint": {"Fn::GetAtt": ["DatabaseCluster", "ReadEndpoint.Address"]},
    # Instead of the password.
    "secret-arn": {"Ref": "DatabaseSecret"},
}


def test_parameters_are_under_the_stacks_path(template: View) -> None:
    parameters = template.of_type("AWS::SSM::Parameter").values()

    names = [parameter["Name"]["Fn::Sub"] for parameter in parameters]

    assert names == [PATH + leaf for leaf in VALUES]


@pytest.mark.parametrize("leaf", VALUES)
def test_parameter_has_its_value(template: View, leaf: str) -> None:
    (parameter,) = (
        parameter
        for parameter in template.of_type("AWS::SSM::Parameter").values()
        if parameter["Name"] == {"Fn::Sub": PATH + leaf}
    )

    value: Json = parameter["Value"]

    assert value == VALUES[leaf]


# CloudFormation cannot create a SecureString.
def test_parameters_have_a_type_that_cloudformation_can_create(template: View) -> None:
    parameters = template.of_type("AWS::SSM::Parameter").values()

    assert {parameter["Type"] for parameter in parameters} == {"String"}
