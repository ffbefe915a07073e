"""Lists the permissions for what a template itself looks up: values, secrets, zones, transforms.

CloudFormation looks them up with the same permissions as those for the resources.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation.references import calls_in, texts_in
from payment_templates.rollout.permissions.resource_arns import arn_patterns, kind_patterns
from payment_templates.rollout.permissions.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, Template

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getavailabilityzones.html
_ZONES = ("ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones", "ec2:DescribeSubnets")
_SSM_TYPE = "AWS::SSM::Parameter::Value<"
# The parameters of AWS have no account in their ARNs, and "*" is any text.
_PARAMETERS = "arn:${Partition}:ssm:${Region}:*:parameter"
_SECRETS = "arn:${Partition}:secretsmanager:${Region}:${Account}:secret:"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_REFERENCE = re.compile(r"\{\{resolve:(ssm-secure|ssm|secretsmanager):((?:\$\{[^}]*\}|[^}])*)\}\}")
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_RESOURCE = re.compile(r"\$\{(\w+)(?:\.\w+)?\}")
# The ARN of a secret has as many parts.
_PARTS_OF_AN_ARN = 7
_TRANSFORM = "arn:${Partition}:cloudformation:${Region}:%s:transform/%s"
_AWS = "AWS::"
_INCLUDE = "AWS::Include"
_SHARED = re.compile(r"([0-9]{12})::(.+)")


def function_statements(template: Template, stack: Stack) -> Iterator[Statement]:
    """Yield the permissions for Fn::GetAZs, Parameter Store, dynamic references and transforms."""
    if any(name == "Fn::GetAZs" for name, _ in calls_in(template.document)):
        yield Statement(actions=_ZONES)
    if any(it.type.startswith(_SSM_TYPE) for it in template.parameters.values()):
        # The value of such a parameter is the name of one in Parameter Store.
        yield Statement(actions=("ssm:GetParameters",), resources=(f"{_PARAMETERS}/*",))
    for service, name in _references(template):
        if service == "secretsmanager":
            resources = _secrets(name, stack)
            yield Statement(actions=("secretsmanager:GetSecretValue",), resources=resources)
        else:
            resources = (_parameter(name),)
            yield Statement(actions=("ssm:GetParameters",), resources=resources)
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
    for transform in _transforms(template):
        yield Statement(
            actions=("cloudformation:CreateChangeSet",), resources=(_transform_arn(transform),)
        )


def function_notes(template: Template) -> Iterator[str]:
    """Yield what the permissions do not cover, because only CloudFormation knows it."""
    for transform in _transforms(template):
        if transform == _INCLUDE:
            yield f"{_INCLUDE} reads a file from S3: add s3:GetObject for its Location yourself"
        elif not transform.startswith(_AWS):
            yield (
                f"the macro {transform} runs a Lambda function: add lambda:InvokeFunction for it "
                "yourself"
            )
    for macro in template.macros:
        yield f"the resources that {macro} adds are not known: add what they need yourself"
    if any(service == "ssm-secure" for service, _ in _references(template)):
        yield (
            "a secure parameter may be encrypted with a key of the account: add kms:Decrypt on "
            "that key yourself"
        )


def _references(template: Template) -> list[tuple[str, str]]:
    found = {
        (match[1], match[2])
        for text in (*texts_in(template.document), *_joined_texts(template))
        for match in _REFERENCE.finditer(text)
    }
    return sorted(found)


def _joined_texts(template: Template) -> Iterator[str]:
    """Yield the texts of Fn::Join as those of Fn::Sub, which may contain a reference in parts."""
    for function, operand in calls_in(template.document):
        match function, operand:
            case "Fn::Join", [str(between), [*parts]]:
                yield between.join(map(_as_variable, cast("list[object]", parts)))
            case _:
                pass


def _as_variable(part: object) -> str:
    match part:
        case str(text):
            return text
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case _:
            return "${*}"


def _parameter(reference: str) -> str:
    # NAME or NAME:VERSION.
    name = _VARIABLE.sub("*", reference).partition(":")[0] or "*"
    return f"{_PARAMETERS}{'' if name.startswith('/') else '/'}{name}"


def _secrets(reference: str, stack: Stack) -> tuple[str, ...]:
    used = _RESOURCE.match(reference)
    if used is not None and used[1] in stack.resources:
        resource = stack.resources[used[1]]
        return arn_patterns(resource) or kind_patterns(resource)
    known = _VARIABLE.sub("*", reference)
    if known.startswith("arn:"):
        return (":".join(known.split(":")[:_PARTS_OF_AN_ARN]),)
    name = known.partition(":")[0] or "*"
    if "*" in name:
        # It may be the ARN of a secret, of which only the end of the name follows.
        return (f"{_SECRETS}*",)
    return f"{_SECRETS}{name}", f"{_SECRETS}{name}-??????"


def _transforms(template: Template) -> tuple[str, ...]:
    # The name of a nested transform is a plain text.
    nested = (
        cast("dict[str, Any]", operand).get("Name")
        for name, operand in calls_in(template.document)
        if name == "Fn::Transform" and isinstance(operand, dict)
    )
    names = (*template.transforms, *(name for name in nested if isinstance(name, str)))
    return tuple(dict.fromkeys(names))


def _transform_arn(name: str) -> str:
    if name.startswith(_AWS):
        return _TRANSFORM % ("aws", name.removeprefix(_AWS))
    shared = _SHARED.fullmatch(name)
    return _TRANSFORM % ((shared[1], shared[2]) if shared else ("${Account}", name))
