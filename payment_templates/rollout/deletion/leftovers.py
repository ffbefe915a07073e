"""Finds resources that a deletion left behind, by listing them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.deletion.resource_listings import (
    GLOBAL_DATABASES,
    LISTINGS,
    Listing,
)
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from boto3 import Session

EVERYWHERE = "everywhere"
# After the suffix in a name: its end, or another part of a path.
_END = r"($|[/:])"
# In a global database the cluster, and with it its log group, has the region after the suffix.
_CLUSTER = "payment-aurora-cluster-"


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """A resource with the suffix in its name, or a listing that failed."""

    region: str
    kind: str
    name: str
    known: bool = True


@dataclass(frozen=True, kw_only=True)
class _Suffix:
    text: str
    # Longer suffixes with the same ending: their resources do not belong to this suffix.
    others: tuple[str, ...]

    def matches(self, name: str, end: str) -> bool:
        return _has_suffix(name, self.text, end) and not any(
            _has_suffix(name, other, end) for other in self.others
        )


def find_leftovers(session: Session, regions: Sequence[str], suffix: str) -> Iterator[Leftover]:
    """Find the suffix's resources of every kind that costs money or occupies a name."""
    for region in regions:
        yield from _found(region, "stack", partial(_stacks, session, region, suffix))
        others = _other_suffixes(session, region, suffix)
        for listing in LISTINGS:
            search = partial(
                _resources, session, region, listing, _Suffix(text=suffix, others=others)
            )
            yield from _found(region, listing.kind, search)
    search = partial(_health_checks, session, regions[0], suffix)
    yield from _found(EVERYWHERE, "health check", search)
    known = _Suffix(text=suffix, others=_other_suffixes(session, regions[0], suffix))
    search = partial(_resources, session, regions[0], GLOBAL_DATABASES, known)
    yield from _found(EVERYWHERE, GLOBAL_DATABASES.kind, search)


def _found(region: str, kind: str, search: Callable[[], Iterable[str]]) -> Iterator[Leftover]:
    try:
        names = sorted(set(search()))
    except (BotoCoreError, ClientError) as error:
        yield Leftover(region=region, kind=kind, name=f"unknown: {error}", known=False)
        return
    for name in names:
        yield Leftover(region=region, kind=kind, name=name)


def _resources(session: Session, region: str, listing: Listing, suffix: _Suffix) -> Iterator[str]:
    own = re.escape(f"-{region}")
    for name in _names(session, region, listing):
        regional = f"({own})?{_END}" if _CLUSTER in name else _END
        if suffix.matches(name, f"{own}$" if listing.shared_by_regions else regional):
            yield name


def _names(session: Session, region: str, listing: Listing) -> Iterator[str]:
    client = clients.of_service(session, listing.service, region)
    if client.can_paginate(listing.operation):
        pages = client.get_paginator(listing.operation).paginate(**listing.arguments)
    else:
        pages = [getattr(client, listing.operation)(**listing.arguments)]
    # jmespath has no annotations.
    extract: Any = jmespath.search
    for page in pages:
        yield from extract(listing.names, page) or ()


def _stacks(session: Session, region: str, suffix: str) -> Iterator[str]:
    pages = clients.cloudformation(session, region).get_paginator("describe_stacks").paginate()
    for page in pages:
        for stack in page["Stacks"]:
            given = {"ParameterKey": SUFFIX, "ParameterValue": suffix}
            if given in stack.get("Parameters", ()):
                yield stack["StackName"]


def _health_checks(session: Session, region: str, suffix: str) -> Iterator[str]:
    # Health checks have no names, only tags, and are the same in all regions.
    client = clients.route53(session, region)
    for page in client.get_paginator("list_health_checks").paginate():
        for check in page["HealthChecks"]:
            shown = client.list_tags_for_resource(
                ResourceType="healthcheck", ResourceId=check["Id"]
            )
            tags = {
                tag.get("Key"): tag.get("Value") for tag in shown["ResourceTagSet"].get("Tags", ())
            }
            name = str(tags.get("Name"))
            if tags.get("Environment") == suffix and name.startswith("payment-"):
                yield f"{name} ({check['Id']})"


def _other_suffixes(session: Session, region: str, suffix: str) -> tuple[str, ...]:
    # Distinguishes payment-a of the suffix b-c from payment-a-b of the suffix c: the template tags
    # its resources with the suffix. Without permission to read tags, ambiguous names are shown.
    client = clients.of_service(session, "resourcegroupstaggingapi", region)
    pages = client.get_paginator("get_tag_values").paginate(Key="Environment")
    try:
        values = {str(value) for page in pages for value in page["TagValues"]}
    except (BotoCoreError, ClientError):
        return ()
    return tuple(value for value in values if value.endswith(f"-{suffix}"))


def _has_suffix(name: str, suffix: str, end: str) -> bool:
    return re.search(rf"payment.*[-/]{re.escape(suffix)}{end}", name) is not None
