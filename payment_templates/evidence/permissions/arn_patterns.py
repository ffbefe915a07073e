"""Decides whether a resource pattern in a policy matches every resource or only certain ones."""

from __future__ import annotations

import re

# arn:partition:service:region:account:resource
_ARN_PARTS = 6
_WILD = re.compile("[*?]")
_OWN = re.compile(r"\$\{[A-Za-z0-9]+(\.[A-Za-z0-9.]+)?\}")
_SEPARATOR = re.compile("[:/]")
# The first word of a resource is its kind: role/payment, secret:payment. These words inside a
# resource are the kind of a part of it, and no name:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_KINDS_OF_PARTS = {
    *("log-stream", "index", "stream", "backup", "export", "import", "consumer"),
    *("app", "net", "gwy", "layer", "function", "version"),
}
# Services whose resources are a part of something: an object of a bucket, a stream of a log group,
# an index of a table, a user of a cluster. A pattern for all of them includes other stacks' ones.
_OF_A_WHOLE = {"dynamodb", "logs", "rds-db", "s3"}
# Their resources start with a name: bucket/object, topic.
_WITHOUT_KIND = {"s3", "sns", "sqs"}


def is_wide(pattern: str) -> bool:
    """Return whether a pattern matches every resource of a service, or of a kind.

    The matched resources decide, not the spelling: `secret:*-*` also matches every secret.
    """
    parts = pattern.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        # ${Bucket.Arn}/*: what is below a resource of the stack belongs to the stack.
        return not _OWN.match(pattern) and (bool(_WILD.search(pattern)) or not pattern)
    service, resource = parts[2], parts[-1]
    if _WILD.search(service):
        return True
    names = _names_in(resource, with_kind=service not in _WITHOUT_KIND)
    if not any(_WILD.search(name) for name in names):
        return False
    first = names[0] if service in _OF_A_WHOLE else "".join(names)
    return not _has_text(first)


def _names_in(resource: str, *, with_kind: bool) -> list[str]:
    """Return what a pattern says of the names in a resource, without the words for kinds."""
    words = _SEPARATOR.split(resource)
    if with_kind and len(words) > 1 and not _WILD.search(words[0]):
        del words[0]
    return [word for word in words if word and word not in _KINDS_OF_PARTS] or [""]


def _has_text(name: str) -> bool:
    """Return whether a pattern has a letter or a digit, which not every name has there."""
    return any(character.isalnum() for character in name)
