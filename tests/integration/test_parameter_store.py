from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

OUTPUTS = {
    "writer-endpoint": "WriterEndpoint",
    "reader-endpoint": "ReaderEndpoint",
}


SECRET = "secret-arn"  # noqa: S105 - the name of a reference.


@pytest.mark.parametrize(("leaf", "output"), OUTPUTS.items(), ids=OUTPUTS)
def test_parameter_has_the_value_of_the_output(stack: Stack, leaf: str, output: str) -> None:
    parameter = parameters(stack)[f"{path(stack)}/{leaf}"]

    assert parameter["Value"] == stack.outputs[output]


# Above all not the password, which a String parameter would expose.
def test_parameter_store_has_no_other_database_parameters(stack: Stack) -> None:
    names = set(parameters(stack))

    leaves = [*OUTPUTS, SECRET] if stack.is_database_home else OUTPUTS
    assert names == {f"{path(stack)}/{leaf}" for leaf in leaves}


def test_secret_of_the_parameter_exists(stack: Stack, secret_arn: str) -> None:
    arn = parameters(stack)[f"{path(stack)}/{SECRET}"]["Value"]

    assert arn == secret_arn
    secret = stack.ask("secretsmanager", "describe_secret", SecretId=arn)

    assert "DeletedDate" not in secret
    assert ["AWSCURRENT"] in secret["VersionIdsToStages"].values()


def parameters(stack: Stack) -> dict[str, Json]:
    answer = stack.ask("ssm", "get_parameters_by_path", Path=path(stack), Recursive=True)
    return {parameter["Name"]: parameter for parameter in answer["Parameters"]}


def path(stack: Stack) -> str:
    return f"/payment/{stack.suffix}/database"
