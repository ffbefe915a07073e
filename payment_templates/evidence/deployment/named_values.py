"""Finds outputs and parameters whose value does not match their name: an ARN, an ID, a type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference
from payment_templates.evidence.deployment.variable_names import ordered_words
from payment_templates.facts.property_values import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value

_PARAMETER = "AWS::SSM::Parameter"
_ENDS = ("arn", "id", "name", "url")
# Attributes that name the resource itself.
_OWN = re.compile(r"|\w*Arn|Arns?|Id|Name|KeyId|TopicName|QueueName|FunctionName|ClusterName")
# Their IDs and ARNs are used in place of those of another resource.
_OTHERS_IDS = re.compile(
    r"Custom::|AWS::CloudFormation::|AWS::EC2::KeyPair|AWS::SecretsManager::(?!Secret$)"
    r"|.*::(Alias|Version)$"
)
# An Aurora cluster is a database cluster.
_SYNONYMS = {"database": "db", "aurora": "db", "rds": "db"}


def named_value_problems(stack: Stack) -> Iterator[str]:
    """Yield each output and parameter that does not refer to what its name says."""
    words_of_type = {
        each.type: _type_words(each.type)
        for each in stack.resources.values()
        if not _OTHERS_IDS.match(each.type)
    }
    for label, name, value in _named(stack):
        resource = stack.resources.get(value.logical_id) if isinstance(value, Reference) else None
        if resource is None or not isinstance(value, Reference):
            continue
        *said, end = [_SYNONYMS.get(word, word) for word in ordered_words(name)] or [""]
        if end not in _ENDS:
            continue
        if end == "arn" and value.kind not in {"arn", "other"} and value.attribute != "Id":
            yield f"{label} is no ARN, but {value}, the {value.kind}"
        given = _given_type(resource, value.attribute)
        if given in words_of_type and not _fits(tuple(said), given, words_of_type):
            yield f"{label} names another resource: {value}, {given.removeprefix('AWS::')}"


def _named(stack: Stack) -> Iterator[tuple[str, str, Value]]:
    for name, value in stack.outputs.items():
        yield f"the output {name}", name, value
    for parameter in stack.of_type(_PARAMETER):
        fields, name = parameter.properties, parameter.logical_id
        path = fields.text("Name")
        if path:
            yield f"the parameter {name}", path.rpartition("/")[2], fields.get("Value")


def _given_type(resource: StackResource, attribute: str) -> str:
    """Return the type of resource that an attribute identifies: a VPC for a subnet's VpcId."""
    meant = meaning(attribute) if attribute else None
    if meant and meant.types and resource.type not in meant.types:
        return meant.types[0]
    return resource.type if _OWN.fullmatch(attribute) else ""


def _fits(said: tuple[str, ...], given: str, words_of_type: dict[str, tuple[str, ...]]) -> bool:
    """Return whether a name ends in the words of a type, or in none of the stack's types."""
    found = [words for words in words_of_type.values() if words and said[-len(words) :] == words]
    longest = max(found, key=len, default=())
    own = words_of_type[given]
    return not longest or own[-len(longest) :] == longest


def _type_words(resource_type: str) -> tuple[str, ...]:
    return tuple(
        _SYNONYMS.get(word, word) for word in ordered_words(resource_type.rsplit("::", 1)[-1])
    )
