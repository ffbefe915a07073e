"""The permissions for what a template looks up: values, secrets and transforms."""

from __future__ import annotations

from typing import Any

import pytest

from payment_templates.cloudformation import template_of
from payment_templates.rollout.permissions import (
    Permissions,
    Purpose,
    Scope,
    permissions_for,
    permissions_of_the_stack,
)

_PARAMETERS = "arn:${Partition}:ssm:${Region}:*:parameter"
_SECRETS = "arn:${Partition}:secretsmanager:${Region}:${Account}:secret:"
_TRANSFORM = "arn:${Partition}:cloudformation:${Region}:aws:transform"


def _permissions(display_name: object = "it", **sections: Any) -> Permissions:  # noqa: ANN401 - JSON.
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display_name}}
    resources = {"Topic": topic, **sections.pop("Resources", {})}
    document = {"Resources": resources, **sections}
    return permissions_of_the_stack(template_of(document, name="it"), Scope())


def _resources(found: Permissions, action: str) -> set[str]:
    return {one for each in found.statements if action in each.actions for one in each.resources}


@pytest.mark.parametrize(
    ("value", "action", "resources"),
    [
        ("{{resolve:ssm:/my/p}}", "ssm:GetParameters", {f"{_PARAMETERS}/my/p"}),
        ("{{resolve:ssm:plain:3}}", "ssm:GetParameters", {f"{_PARAMETERS}/plain"}),
        ("{{resolve:ssm-secure:/my/p:1}}", "ssm:GetParameters", {f"{_PARAMETERS}/my/p"}),
        (
            {"Fn::Sub": "{{resolve:ssm:/my/${AWS::Region}/p}}"},
            "ssm:GetParameters",
            {f"{_PARAMETERS}/my/*/p"},
        ),
        (
            {"Fn::Join": ["", ["{{resolve:ssm:/my/", {"Ref": "AWS::Region"}, ":1}}"]]},
            "ssm:GetParameters",
            {f"{_PARAMETERS}/my/*"},
        ),
        (
            "{{resolve:secretsmanager:other/secret:SecretString:password}}",
            "secretsmanager:GetSecretValue",
            {f"{_SECRETS}other/secret", f"{_SECRETS}other/secret-??????"},
        ),
        (
            "{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:1:secret:it-AbCdEf:x}}",
            "secretsmanager:GetSecretValue",
            {"arn:aws:secretsmanager:us-east-1:1:secret:it-AbCdEf"},
        ),
        (
            {"Fn::Sub": "{{resolve:secretsmanager:${AWS::StackName}-it:SecretString:x}}"},
            "secretsmanager:GetSecretValue",
            {f"{_SECRETS}*"},
        ),
    ],
)
def test_dynamic_reference_is_read(value: object, action: str, resources: set[str]) -> None:
    assert _resources(_permissions(value), action) == resources


@pytest.mark.parametrize(
    "reference",
    [
        {"Fn::Sub": "{{resolve:secretsmanager:${Own}:SecretString:x}}"},
        {
            "Fn::Join": [
                "",
                ["{{resolve:secretsmanager:", {"Ref": "Own"}, ":SecretString:x}}"],
            ]
        },
    ],
    ids=["Fn::Sub", "Fn::Join"],
)
def test_secret_of_the_template_is_read_by_its_name(reference: object) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "own"}}

    found = _permissions(reference, Resources={"Own": secret})

    assert _resources(found, "secretsmanager:GetSecretValue") == {
        f"{_SECRETS}own",
        f"{_SECRETS}own-??????",
    }


def test_parameter_of_parameter_store_is_read() -> None:
    kind = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"

    found = _permissions(Parameters={"Image": {"Type": kind, "Default": "/aws/service/image"}})

    assert _resources(found, "ssm:GetParameters") == {f"{_PARAMETERS}/*"}


@pytest.mark.parametrize("purpose", [Purpose.SERVICE_ROLE, Purpose.STACK_SET_EXECUTION])
def test_roles_may_read_dynamic_references(purpose: Purpose) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "{{resolve:ssm:/my/p}}"}}
    template = template_of({"Resources": {"Topic": topic}}, name="it")

    found = permissions_for(purpose, template, Scope())

    assert f"{_PARAMETERS}/my/p" in _resources(found, "ssm:GetParameters")


@pytest.mark.parametrize(
    ("sections", "arn"),
    [
        ({"Transform": "AWS::Serverless-2016-10-31"}, f"{_TRANSFORM}/Serverless-2016-10-31"),
        ({"Transform": ["AWS::LanguageExtensions"]}, f"{_TRANSFORM}/LanguageExtensions"),
        (
            {"Resources": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {}}}},
            f"{_TRANSFORM}/Include",
        ),
        (
            {"Transform": "Own"},
            "arn:${Partition}:cloudformation:${Region}:${Account}:transform/Own",
        ),
        (
            {"Transform": "111122223333::Shared"},
            "arn:${Partition}:cloudformation:${Region}:111122223333:transform/Shared",
        ),
    ],
    ids=["serverless", "language extensions", "include", "macro", "macro of another account"],
)
def test_transform_may_create_a_change_set(sections: dict[str, Any], arn: str) -> None:
    assert _resources(_permissions(**sections), "cloudformation:CreateChangeSet") == {arn}


def test_resources_that_a_loop_adds_are_named() -> None:
    loop = ["Name", ["a", "b"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}]

    found = _permissions(Transform="AWS::LanguageExtensions", Resources={"Fn::ForEach::Loop": loop})

    (note,) = found.notes
    assert note.startswith("the resources that Fn::ForEach::Loop in Resources adds are not known")


def test_lambda_function_of_a_macro_is_named() -> None:
    assert any("lambda:InvokeFunction" in note for note in _permissions(Transform="Own").notes)
