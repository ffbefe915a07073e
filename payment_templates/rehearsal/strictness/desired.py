"""A resource as CloudFormation is about to make it: what every rule judges."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from payment_templates.rehearsal.ministack import Properties


@dataclass(frozen=True, kw_only=True)
class Desired:
    """A resource with its properties resolved, before it is created or updated."""

    resource_type: str
    logical_id: str
    properties: Properties
    region: str
    # What the resource has now, and None where it does not exist yet.
    before: Properties | None = None


Rule = Callable[[Desired], Iterator[str]]
