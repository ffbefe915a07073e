"""Whatever stands in a template: a verdict, or one sentence about what cannot be examined."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given
from hypothesis import strategies as st

from payment_templates.evidence import EvidenceError, examine, parse_template
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from collections.abc import Iterator

# What may stand where something else is expected.
STRANGERS: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    "",
    "text",
    [],
    ["text"],
    {},
    {"text": "text"},
    {"Ref": "Vpc"},
)
# Examined in one combination: the others would only take longer.
FIXED = {
    **dict.fromkeys(("CertificateArn", "ContainerRepositoryArn", "DBMasterPassword"), ""),
    "AvailabilityZones": ",,",
    "DomainName": "pay.example.com",
    "HostedZoneId": "Z0EXAMPLE",
}


def paths(value: object, path: str) -> Iterator[str]:
    entries: dict[str, Any] = {}
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
    elif isinstance(value, list):
        entries = {str(index): entry for index, entry in enumerate(cast("list[object]", value))}
    for key, entry in entries.items():
        if "." not in key:
            yield f"{path}.{key}"
            yield from paths(entry, f"{path}.{key}")


EVERY_PATH = [
    path
    for section in ("Parameters", "Rules", "Conditions", "Resources", "Outputs")
    for path in paths(real_document()[section], section)
]


def examined_or_refused(document: dict[str, Any]) -> bool:
    template = parse_template(json.dumps(document), name="strange")
    return bool(examine(template, parameters=FIXED).results)


@given(path=st.sampled_from(EVERY_PATH), stranger=st.sampled_from(STRANGERS))
def test_stranger_anywhere_is_judged_or_refused_in_one_line(path: str, stranger: object) -> None:
    document = changed(real_document(), put(path, stranger))

    try:
        outcome = examined_or_refused(document)
    except EvidenceError as error:
        outcome = "\n" not in str(error)

    assert outcome


@given(path=st.sampled_from(EVERY_PATH))
def test_gap_anywhere_is_judged_or_refused_in_one_line(path: str) -> None:
    document = changed(real_document(), cut(path))

    try:
        outcome = examined_or_refused(document)
    except EvidenceError as error:
        outcome = "\n" not in str(error)

    assert outcome
