"""Tests the readers of properties and the places in their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import TemplateError, UnknownValueError
from tests.cloudformation.templates import Json, stack_with

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties

SECTIONS: Json = {
    "Parameters": {"Open": {"Type": "String"}},
    "Conditions": {"Undecided": {"Fn::Equals": [{"Ref": "Open"}, "a"]}},
}
OPEN = {"Ref": "Open"}
PERHAPS = {"Fn::If": ["Undecided", "a", {"Ref": "AWS::NoValue"}]}


def properties(**entries: object) -> Properties:
    """Return evaluated properties, with a topic, a VPC and a cluster."""
    return stack_with(entries, **SECTIONS).resources["It"].properties.child("P")


def test_scalars_are_read_in_the_requested_type() -> None:
    found = properties(A=5, B="5", C=True, D="TRUE", E={"Fn::Sub": "a-${Vpc}"})

    assert (found.text("A"), found.whole("B"), found.number("A")) == ("5", 5, 5.0)
    assert (found.flag("C"), found.flag("D"), found.flag("Absent")) == (True, True, False)
    assert (found.text("C"), found.text("Absent"), found.whole("Absent", 7)) == ("true", "", 7)
    assert found.text("E") == "a-${Vpc}"


def test_lists_objects_and_references_are_read() -> None:
    tags = [{"Key": "a", "Value": 1}, {"Key": "b", "Value": "c"}]
    found = properties(Tags=tags, Ids=[{"Ref": "Vpc"}, "text"], One={"Ref": "Vpc"}, Below={"A": 1})

    assert found.pairs("Tags") == {"a": "1", "b": "c"}
    assert found.identities("Ids") == ("Vpc", "text")
    assert found.targets("Ids") == found.targets("One") == ("Vpc",)
    assert (found.target("One"), found.identity("One"), found.target("Below")) == ("Vpc", "Vpc", "")
    assert found.child("Below").text("A") == "1"
    assert found.children("Absent") == ()


def test_unknown_value_is_an_error_with_its_place_and_parameter() -> None:
    found = properties(A=OPEN, B=[OPEN], C={"Fn::Sub": "a-${Open}"})

    for read in (lambda: found.text("A"), lambda: found.texts("B"), lambda: found.text("C")):
        with pytest.raises(UnknownValueError) as caught:
            read()
        assert caught.value.unknown.parameter == "Open"
        assert caught.value.place.startswith("Resources.It.Properties.P.")


def test_value_of_the_wrong_kind_is_an_error_with_its_place() -> None:
    found = properties(A=["list"], B="text", C=1.5)

    for read in (
        lambda: found.text("A"),
        lambda: found.number("B"),
        lambda: found.whole("C"),
        lambda: found.child("B"),
    ):
        with pytest.raises(TemplateError, match=r"^Resources\.It\.Properties\.P\."):
            read()


def test_property_that_may_be_absent_is_undecided() -> None:
    found = properties(Open=OPEN, Perhaps=PERHAPS)

    assert "Open" in found
    assert "Absent" not in found
    with pytest.raises(UnknownValueError):
        assert "Perhaps" in found


def test_absent_property_is_unknown_with_a_macro() -> None:
    found = properties(Known=1, **{"Fn::Transform": {"Name": "Own"}})

    with pytest.raises(UnknownValueError, match="the macro Own decides it"):
        found.text("Absent")


def test_attribute_with_two_values_is_unknown() -> None:
    pairs = [("a", "1"), ("a", "2"), ("b", "3"), ("b", "3")]
    found = properties(Attributes=[{"Key": key, "Value": value} for key, value in pairs])

    attributes = found.attributes("Attributes")

    assert attributes.text("b") == "3"
    with pytest.raises(UnknownValueError, match="Attributes has a twice"):
        attributes.text("a")
