"""Narrows an action to the resources of a template, where the service allows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation.authorization import arn_formats
from payment_templates.rollout.permissions.statement import EVERY_RESOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Lists and descriptions are often requested without a name, which only "*" allows.
_DESCRIBES = re.compile(r"(Describe|List)\w*")
# ListObjects and HeadBucket, which always name a bucket:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_OF_ONE = frozenset({"s3:ListBucket"})
# Each of an action's resources is used by a call, except for tags: there they are alternatives.
_TAGS = re.compile(r"[Tt]ags?(?=[A-Z]|$)")


@dataclass(frozen=True, kw_only=True)
class User:
    """A resource that needs an action: its own ARN patterns, and those of what it refers to."""

    own: tuple[str, ...]
    # The patterns of its kind, with any name; empty if they are unknown.
    kind: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    # Services whose resources the action could be used on, and is not.
    unused_services: frozenset[str] = frozenset()


def narrowed_resources(action: str, users: Sequence[User]) -> tuple[str, ...]:
    """Return the ARNs that a policy needs to allow an action, or "*".

    A kind of resource that a user neither is nor refers to remains open ("arn:…:og:*"), because it
    may be outside the template: a default option group. One that no user can use is left out.
    """
    name = action.partition(":")[2]
    formats = arn_formats(action)
    if not formats or (_DESCRIBES.fullmatch(name) and action not in _OF_ONE):
        return EVERY_RESOURCE
    if _TAGS.search(name):
        found = [arn for user in users for arn in _tagged(formats, user)]
        every = {*found} <= {*formats}
    else:
        found = [arn for form in formats for arn in _of_format(form, users)]
        every = not found or {*found} == {*formats}
    return EVERY_RESOURCE if every else tuple(dict.fromkeys(found))


def _tagged(formats: Sequence[str], user: User) -> tuple[str, ...]:
    own = tuple(arn for form in formats for arn in _named(form, user.own))
    if own:
        return own
    # A name that AWS generates: any of its kind, or of any kind if its own is unknown.
    return tuple(form for form in formats if not user.kind or any(_named(form, user.kind)))


def _of_format(form: str, every: Sequence[User]) -> Iterator[str]:
    service = form.split(":")[2]
    users = [user for user in every if service not in user.unused_services]
    of_kind = [user for user in users if any(_named(form, (*user.own, *user.kind)))]
    # The schema of a cluster names the deletion of instances too: where instances of the template
    # need it, it is allowed on them alone.
    others = [user for user in users if user not in of_kind and not user.kind]
    for user in [*of_kind, *others] if of_kind else users:
        own = [*_named(form, user.own)]
        # What a resource without a name refers to is not the resource itself.
        unnamed = user in of_kind and not own
        yield from [*own, *(() if unnamed else _named(form, user.related))] or (form,)


def of_kinds(action: str, arns: Iterable[str]) -> tuple[str, ...]:
    """Return the ARNs of the kinds that an action accepts; empty if there is none."""
    known = tuple(arns)
    formats = arn_formats(action) or ()
    return tuple(dict.fromkeys(arn for form in formats for arn in _named(form, known)))


def _named(form: str, arns: Iterable[str]) -> Iterator[str]:
    prefix = form.removesuffix("*")
    yield from (arn for arn in arns if arn.startswith(prefix))
