"""Finds every stack set of one name: in each region, as each caller.

A set has one home region and is visible only there; a set of a delegated administrator is visible
only with CallAs=DELEGATED_ADMIN.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of, is_expired, message_of
from payment_templates.rollout.regions import enabled_regions
from payment_templates.rollout.silent_regions import NO_ANSWER
from payment_templates.rollout.stack_set.definition import StackSet, find_stack_set
from payment_templates.rollout.stack_set.delegation import DELEGATED_ADMINISTRATOR, other_caller
from payment_templates.rollout.stack_set.ownership import foreign_because

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from boto3 import Session

_AT_ONCE = 8
_SILENT = "no answer"
_NO_ADMINISTRATOR = "not a delegated administrator"


@dataclass(frozen=True, kw_only=True)
class Home:
    """A stack set in its home region, and the caller that sees it."""

    region: str
    call_as: str
    stack_set: StackSet
    # Why it is not of the command's suffix and project; empty if it is.
    foreign: str

    def __str__(self) -> str:
        """Return the name and the region."""
        return f"the stack set {self.stack_set.name} in {self.region}"


@dataclass(frozen=True, kw_only=True)
class Homes:
    """All stack sets of one name, and where they could not be searched."""

    own: tuple[Home, ...]
    # Of the same suffix, but visible only with the other CallAs.
    of_other_caller: tuple[Home, ...]
    foreign: tuple[Home, ...]
    searched: tuple[str, ...]
    # What could not be searched, and why.
    not_searched: tuple[str, ...]
    # Those of them that may hide a set: not that the account is no delegated administrator.
    regions_not_searched: tuple[str, ...] = ()
    # Those that did not answer at all: a command need not wait for them again.
    silent: tuple[str, ...] = ()

    def in_region(self, region: str) -> Home | None:
        """Return the own set whose home is this region."""
        return next((one for one in self.own if one.region == region), None)


def find_homes(
    session: Session,
    name: str,
    suffix: str,
    *,
    regions: Sequence[str],
    call_as: str,
    silent: Collection[str] = (),
) -> Homes:
    """Find the sets of a name in all enabled regions; raises ClientError only for `regions`.

    Regions that are known not to answer are left out.
    """
    found = [
        *_homes(
            {
                region: find_stack_set(
                    clients.cloudformation(session, region), name, call_as=call_as
                )
                for region in regions
            },
            suffix,
            call_as,
        )
    ]
    everywhere, gaps = _all_regions(session, regions)
    elsewhere = [region for region in everywhere if region not in {*regions, *silent}]
    answers = _search(session, name, elsewhere, call_as)
    found += _homes(_sets(answers), suffix, call_as)
    gaps = [*gaps, *_gaps({**answers, **dict.fromkeys(silent, _SILENT)})]
    refused = {region for region, answer in answers.items() if isinstance(answer, str)} | {*silent}
    others, gap = _of_other_caller(
        session, name, [one for one in everywhere if one not in refused], other_caller(call_as)
    )
    identities = {one.stack_set.stack_set_id for one in found}
    hidden = [
        one
        for one in _homes(others, suffix, other_caller(call_as))
        if one.stack_set.stack_set_id not in identities
    ]
    return Homes(
        own=tuple(one for one in found if not one.foreign),
        of_other_caller=tuple(one for one in hidden if not one.foreign),
        foreign=tuple(one for one in (*found, *hidden) if one.foreign),
        searched=tuple(one for one in everywhere if one not in refused),
        not_searched=(*gaps, *gap),
        regions_not_searched=(*gaps, *(one for one in gap if _NO_ADMINISTRATOR not in one)),
        silent=(*silent, *(region for region, answer in answers.items() if answer == _SILENT)),
    )


def _all_regions(session: Session, regions: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    try:
        enabled = enabled_regions(session, regions[0])
    except ClientError as error:
        if is_expired(error):
            raise
        return tuple(regions), [f"stack sets in other regions: {_reason(error)}"]
    return tuple(dict.fromkeys([*regions, *enabled])), []


def _search(
    session: Session, name: str, regions: Sequence[str], call_as: str
) -> Mapping[str, StackSet | str | None]:
    # A session must not be used by several threads, but a client may be: boto3, "Multithreading".
    opened = [clients.impatient_cloudformation(session, region) for region in regions]

    def look(number: int) -> StackSet | str | None:
        try:
            return find_stack_set(opened[number], name, call_as=call_as)
        except NO_ANSWER:
            return _SILENT
        except (BotoCoreError, ClientError) as error:
            return _reason(error)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(regions, pool.map(look, range(len(regions))), strict=True))


def _of_other_caller(
    session: Session, name: str, regions: Sequence[str], call_as: str
) -> tuple[Mapping[str, StackSet | None], list[str]]:
    # An account that is no delegated administrator gets the same error in every region.
    first = _search(session, name, regions[:1], call_as)
    if gap := [*_gaps(first)]:
        whose = "a delegated administrator" if call_as == DELEGATED_ADMINISTRATOR else "the account"
        return {}, [f"stack sets of {whose} ({call_as}): {gap[0].partition(': ')[2]}"]
    answers = {**first, **_search(session, name, regions[1:], call_as)}
    return _sets(answers), [f"{call_as}: {gap}" for gap in _gaps(answers)]


def _sets(answers: Mapping[str, StackSet | str | None]) -> Mapping[str, StackSet | None]:
    return {region: answer for region, answer in answers.items() if not isinstance(answer, str)}


def _gaps(answers: Mapping[str, StackSet | str | None]) -> Iterator[str]:
    reasons = dict.fromkeys(answer for answer in answers.values() if isinstance(answer, str))
    for reason in reasons:
        regions = [region for region, answer in answers.items() if answer == reason]
        yield f"stack sets in {', '.join(regions)}: {reason}"


def _homes(sets: Mapping[str, StackSet | None], suffix: str, call_as: str) -> Iterator[Home]:
    for region, there in sets.items():
        if there is not None:
            yield Home(
                region=region,
                call_as=call_as,
                stack_set=there,
                foreign=foreign_because(
                    there.description,
                    there.parameters,
                    there.template_body,
                    name=there.name,
                    suffix=suffix,
                ),
            )


def _reason(error: BotoCoreError | ClientError) -> str:
    if not isinstance(error, ClientError):
        return type(error).__name__
    if _NO_ADMINISTRATOR in message_of(error):
        # hashicorp/terraform-provider-aws, pull 37069.
        return (
            f"CloudFormation answers that this account is {_NO_ADMINISTRATOR}, as it "
            "does without the permission organizations:ListDelegatedAdministrators"
        )
    return f"{error.operation_name} returns {code_of(error)}"
