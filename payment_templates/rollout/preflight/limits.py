"""Checks the template against CloudFormation's limits, and against the types of a region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import MOST_BYTES, MOST_BYTES_INLINE
from payment_templates.cloudformation.schemas import resource_types, schemas_installed
from payment_templates.quantity import quantity
from payment_templates.rollout.preflight.finding import EVERYWHERE, Finding, fine, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Template

LONGEST_NAME = 255
LONGEST_DESCRIPTION_BYTES = 1024
LONGEST_VALUE_BYTES = 4096
_SECTIONS: Mapping[str, int] = {
    "Resources": 500,
    "Parameters": 200,
    "Outputs": 200,
    "Mappings": 200,
}
# Dynamic references: the same page.
MOST_DYNAMIC_REFERENCES = 60
_DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:")


@dataclass(frozen=True, kw_only=True)
class _Count:
    what: str
    found: int
    most: int


def check_limits(template: Template) -> Iterator[Finding]:
    """Check every template limit."""
    over = [count for count in _counts(template) if count.found > count.most]
    for count in over:
        yield refused(
            EVERYWHERE,
            f"{count.what}: {count.found}, but CloudFormation accepts at most {count.most}",
            "make the template smaller, or split it into several stacks",
        )
    if not over:
        how = "inline" if template.fits_inline else "through S3"
        yield fine(
            EVERYWHERE,
            f"template: {template.bytes} of {MOST_BYTES_INLINE} bytes, passed {how}; "
            f"{quantity(len(template.resources), 'resource')}",
        )


def check_types(template: Template, region: str) -> Iterator[Finding]:
    """Refuse resource types that other regions have and this one lacks, such as GovCloud.

    CloudFormation refuses such a template even if a condition leaves the resource out. Types that
    no schema describes are not judged.
    """
    if not schemas_installed() or not (known := resource_types(region)):
        return
    used = {resource.type for resource in template.resources.values()}
    for missing in sorted((used & resource_types().keys()) - known.keys()):
        yield refused(
            region,
            f"the region has no resource type {missing}",
            "switch off the option that adds it: docs/production.md",
        )


def _counts(template: Template) -> Iterator[_Count]:
    yield _Count(what="bytes of the template", found=template.bytes, most=MOST_BYTES)
    for section, most in _SECTIONS.items():
        names: Mapping[str, object] = template.document.get(section) or {}
        yield _Count(what=section, found=len(names), most=most)
        longest = max((len(name) for name in names), default=0)
        yield _Count(what=f"longest name of {section}", found=longest, most=LONGEST_NAME)
    description = str(template.document.get("Description", ""))
    yield _Count(
        what="bytes of the description",
        found=len(description.encode()),
        most=LONGEST_DESCRIPTION_BYTES,
    )
    for name, parameter in template.parameters.items():
        size = len((parameter.default or "").encode())
        yield _Count(what=f"bytes of the default of {name}", found=size, most=LONGEST_VALUE_BYTES)
    references = len(_DYNAMIC_REFERENCE.findall(template.text))
    yield _Count(what="dynamic references", found=references, most=MOST_DYNAMIC_REFERENCES)
