"""Defines a known cause of failure: AWS's wording, what is wrong, and what to do."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KnownCause:
    """A cause of failure that is recognized by its text."""

    name: str
    # What is wrong, as the documentation shows it.
    cause: str
    # Matches the texts in every wording that is known.
    pattern: str
    # As AWS words them; a test finds this cause in each.
    texts: tuple[str, ...]
    hint: str
    # The documentation, the handler or the thread that shows the text or its meaning.
    source: str
    # The resource types with this cause; empty for any.
    types: tuple[str, ...] = ()

    def explains(self, resource_type: str, text: str) -> bool:
        """Return whether this is the cause of a resource's failure."""
        # The reason of a stack set's instance names the type of the resource that failed.
        of_type = not self.types or any(one == resource_type or one in text for one in self.types)
        return of_type and re.search(self.pattern, text, re.DOTALL) is not None
