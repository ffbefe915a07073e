"""Writes statements as IAM policy documents, each within the size of a managed policy."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.rollout.permissions.statement import Statement

Document = dict[str, Any]

# "IAM and AWS STS quotas": characters of a managed policy, without white space.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MOST_CHARACTERS = 6144


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the resources are: the values of ${Partition}, ${Region} and ${Account} in ARNs."""

    partition: str = "aws"
    region: str = "*"
    account: str = "*"

    def arn(self, pattern: str) -> str:
        """Return an ARN without placeholders."""
        return (
            pattern.replace("${Partition}", self.partition)
            .replace("${Region}", self.region)
            .replace("${Account}", self.account)
        )


def policy_documents(statements: Iterable[Statement], place: Place) -> tuple[Document, ...]:
    """Return as few documents as first-fit decreasing finds, none above the limit."""
    parts = [part for one in statements for part in _parts(one, place)]
    parts.sort(key=size_of, reverse=True)
    bins: list[list[Document]] = []
    for part in parts:
        fitting = (one for one in bins if size_of(_document([*one, part])) <= MOST_CHARACTERS)
        into = next(fitting, None)
        if into is None:
            bins.append([part])
        else:
            into.append(part)
    return tuple(map(_document, bins))


def size_of(document: Document) -> int:
    """Return the number of characters as IAM counts them: without white space.

    The values have none, so compact JSON is enough.
    """
    return len(json.dumps(document, separators=(",", ":")))


def _parts(statement: Statement, place: Place) -> Iterator[Document]:
    """Yield a statement, divided by resources or actions until each part fits into a document."""
    whole = _rendered(statement, place)
    if size_of(_document([whole])) <= MOST_CHARACTERS or (
        len(statement.actions) == len(statement.resources) == 1
    ):
        yield whole
        return
    if len(statement.resources) > len(statement.actions):
        middle = len(statement.resources) // 2
        for resources in (statement.resources[:middle], statement.resources[middle:]):
            yield from _parts(replace(statement, resources=resources), place)
        return
    middle = len(statement.actions) // 2
    for actions in (statement.actions[:middle], statement.actions[middle:]):
        yield from _parts(replace(statement, actions=actions), place)


def _rendered(statement: Statement, place: Place) -> Document:
    resources = [place.arn(one) for one in statement.resources]
    document: Document = {
        "Effect": "Allow",
        "Action": [*statement.actions],
        "Resource": resources[0] if len(resources) == 1 else resources,
    }
    if statement.condition:
        condition = statement.condition
        document["Condition"] = {condition.operator: {condition.key: [*condition.values]}}
    return document


def _document(statements: list[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}
