"""Finds the stack sets that use the account's StackSets roles, in every enabled region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of, is_expired
from payment_templates.rollout.regions import enabled_regions
from payment_templates.rollout.stack_set.definition import self_managed_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session


@dataclass(frozen=True, kw_only=True)
class RoleUsage:
    """What still uses the roles, which all regions of an account share."""

    # Each as "NAME in REGION".
    sets: tuple[str, ...]
    # Where it is unknown whether a set uses them, and why.
    unknown: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Return why the roles must be kept; empty if nothing uses them."""
        if self.sets:
            return f"{', '.join(self.sets)} {'uses' if len(self.sets) == 1 else 'use'} them"
        if self.unknown:
            return (
                f"a set may use them where it was not possible to look: {'; '.join(self.unknown)}"
            )
        return ""


def find_usage(
    session: Session, regions: Sequence[str], *, besides: Sequence[str] = ()
) -> RoleUsage:
    """Find the sets in all enabled regions, without those of `besides` ("NAME in REGION")."""
    sets: list[str] = []
    everywhere, gaps = every_region(session, regions)
    unknown = [*gaps]
    for region in everywhere:
        client = clients.cloudformation(session, region)
        try:
            sets += [
                f"{one.name} in {region}"
                for one in self_managed_sets(client)
                if not one.roles.all_given
            ]
        except (BotoCoreError, ClientError) as error:
            unknown.append(f"{region} ({reason_of(error)})")
    return RoleUsage(sets=tuple(one for one in sets if one not in besides), unknown=tuple(unknown))


def every_region(
    session: Session, regions: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return these regions and all enabled ones, and which are missing because of an error."""
    try:
        enabled = enabled_regions(session, regions[0])
    except (BotoCoreError, ClientError) as error:
        return tuple(regions), (f"other regions ({reason_of(error)})",)
    return tuple(dict.fromkeys([*regions, *enabled])), ()


def reason_of(error: BotoCoreError | ClientError) -> str:
    """Describe an error in a search; raises it again if the credentials are invalid."""
    if not isinstance(error, ClientError):
        return type(error).__name__
    if is_expired(error):
        raise error
    return f"{error.operation_name}: {code_of(error)}"
