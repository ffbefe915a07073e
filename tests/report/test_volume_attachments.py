"""Which attachments of a volume AWS refuses because another one has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.report.comparison import Effect
from tests.evidence.changes import changed, cut, put
from tests.report.test_collisions import small
from tests.report.test_occupied_places import compared

if TYPE_CHECKING:
    from payment_templates.report.comparison import ResourceChange
    from tests.evidence.changes import Change, Json

ATTACHMENT = "AWS::EC2::VolumeAttachment"
TO_OTHER = {"VolumeId": {"Ref": "Volume"}, "InstanceId": "i-2"}
DOCUMENT = small(
    Volume=("AWS::EC2::Volume", {"Size": 10}),
    Host=("AWS::EC2::Instance", {"ImageId": "ami-1"}),
    One=(ATTACHMENT, {"VolumeId": {"Ref": "Volume"}, "InstanceId": {"Ref": "Host"}}),
)
OTHER_IMAGE = put("Host.Properties.ImageId", "ami-2")
SHARED = changed(DOCUMENT, put("Volume.Properties.MultiAttachEnabled", "true"))


def with_two(properties: Json) -> Change:
    return put("Resources.Two", {"Type": ATTACHMENT, "Properties": properties})


def update(document: Json, *changes: Change) -> dict[str, ResourceChange]:
    return compared(document, changed(document, *changes))


def test_volume_of_a_replaced_instance_is_still_attached_to_the_old_one() -> None:
    found = update(DOCUMENT, OTHER_IMAGE)

    assert found["One"].effect is Effect.REFUSED
    assert "VolumeInUse): the old One exists until the end of the update" in found["One"].why


@pytest.mark.parametrize("removed", [True, False], ids=["renamed", "beside"])
def test_volume_has_one_attachment(*, removed: bool) -> None:
    leaving = [cut("Resources.One")] if removed else []

    found = update(DOCUMENT, *leaving, with_two(TO_OTHER))

    assert found["Two"].effect is Effect.REFUSED
    assert "One" in found["Two"].why


@pytest.mark.parametrize(
    ("document", "change", "name"),
    [
        (SHARED, OTHER_IMAGE, "One"),
        (SHARED, with_two(TO_OTHER), "Two"),
        (DOCUMENT, with_two({**TO_OTHER, "VolumeId": "vol-2"}), "Two"),
    ],
    ids=["replaced with Multi-Attach", "second with Multi-Attach", "another volume"],
)
def test_attachment_of_a_free_volume_is_accepted(document: Json, change: Change, name: str) -> None:
    found = update(document, change)

    assert found[name].effect in {Effect.ADDED, Effect.REPLACED}
    assert not found[name].why


def test_volume_whose_template_leaves_multi_attach_open_may_be_in_use() -> None:
    document = {"Parameters": {"Shared": {"Type": "String"}}, **DOCUMENT}
    undecided = changed(document, put("Volume.Properties.MultiAttachEnabled", {"Ref": "Shared"}))

    found = update(undecided, OTHER_IMAGE)

    assert found["One"].effect is Effect.REPLACED
    assert found["One"].why.startswith("the update may fail: the volume is already attached")
