"""Defines the input of every rule: a resource that is about to be created or updated."""

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
    # The current properties; None if the resource does not exist yet.
    before: Properties | None = None


Rule = Callable[[Desired], Iterator[str]]
