"""Tests reading templates from JSON and YAML as CloudFormation does."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from payment_templates.cloudformation import TemplateError, parse_template, read_template
from tests.cloudformation.templates import PRODUCT, Json, product

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"
SHORT = frozenset({"Ref", "Condition"})


def read_value(text: str) -> object:
    """Read a scalar of YAML as metadata of a template."""
    return parse_template(f"{BUCKET}Metadata:\n  Value: {text}\n").document["Metadata"]["Value"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2012-10-17", "2012-10-17"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("yes", True),
        ("off", False),
        ("'yes'", "yes"),
        ("0755", 493),
        ("'012345678901'", "012345678901"),
        ("22:30", 1350),
        ("0x1F", 31),
        ("1_000", 1000),
        ("1.5", 1.5),
        ("1e3", "1e3"),
        ("~", None),
        ("!!str 0755", "0755"),
        ("!Ref 123", {"Ref": "123"}),
        ("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}),
        ("!GetAtt [A, B]", {"Fn::GetAtt": ["A", "B"]}),
        ("!GetAZs ''", {"Fn::GetAZs": ""}),
        ("!Condition A", {"Condition": "A"}),
        ("!Sub ['${a}', {a: !Ref B}]", {"Fn::Sub": ["${a}", {"a": {"Ref": "B"}}]}),
        (
            "!If [A, !Ref B, !Join ['', [c]]]",
            {"Fn::If": ["A", {"Ref": "B"}, {"Fn::Join": ["", ["c"]]}]},
        ),
        ("!Transform {Name: AWS::Include}", {"Fn::Transform": {"Name": "AWS::Include"}}),
        ("&anchor text", "text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_yaml_scalar_is_read_as_by_cloudformation(text: str, value: object) -> None:
    found = read_value(text)

    assert found == value
    assert type(found) is type(value)


def test_number_or_boolean_key_becomes_text() -> None:
    template = parse_template(f"{BUCKET}Mappings:\n  Of:\n    123456789012: {{on: a}}\n")

    assert template.mappings["Of"] == {"123456789012": {"true": "a"}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("A: 1\nB: 2\nA: 3", "line 3: duplicate key 'A'"),
        ('{"A": {"B": 1,\n"B": 2}}', "line 2: duplicate key 'B'"),
        ('{"A": [{"B": 1}, {"B": 1, "B": 2}]}', "line 1: duplicate key 'B'"),
        ("A: &a 1\nB: *a", "line 2: YAML aliases are not allowed"),
        ("A:\n  <<: {B: 1}", "line 2: CloudFormation does not support merge keys"),
        ("A: !!binary YQ==", "line 1: CloudFormation does not support the tag"),
        ("A: !!set {b}", "line 1: CloudFormation does not support the tag"),
        ("A: }", "line 1: not valid YAML"),
        ("A:\n\tB: 1", "line 2: a tab: YAML indents with spaces"),
        ("A: 1\n---\nB: 2", "line 2: a second YAML document starts"),
        ("? [a]\n: b", "line 1: a key must be text"),
        ("? ''\n: b\n? ~\n: c", "line 3: a key is missing"),
        ("A: .inf", "line 1: '.inf' is not a number for AWS"),
        ('{"A": 1e999}', "a number that AWS cannot read"),
        ('{"A": NaN}', "a number that AWS cannot read"),
        ('{"A": ' + "9" * 5000 + "}", "a number that AWS cannot read"),
        ('{"A" 1}', "line 1: not valid JSON"),
        ("A: " + "[" * 500, "nested deeper than 100 levels"),
        ('{"A": ' + "[" * 500 + "]" * 500 + "}", "nested deeper than 100 levels"),
        ('{"A": ' + "[" * 90_000, "nested too deeply"),
        ('{"A": "\\ud800"}', "lone Unicode surrogate"),
        ("", "template is empty"),
        ("text", "an object with Resources"),
        ("- a", "an object with Resources"),
        ("[]", "an object is expected"),
        ("{}", "it has no Resources"),
        ('{"Resources": []}', "Resources is not an object"),
        ('{"Resources": {"A": 1}}', "Resources.A is not an object"),
        ('{"Resources": {"A": {}}}', "Resources.A has no Type"),
        ('{"Resources": {"A": {"Type": 5}}}', "Resources.A has the Type 5"),
        ('{"Resources": {"A": {"Type": "T", "DependsOn": [1]}}}', "A.DependsOn: logical IDs"),
        ('{"Resources": {"A": {"Type": "T", "Condition": {}}}}', "A.Condition: the name"),
        ('{"Resources": {"A": {"Type": "T"}}, "Rules": {"R": {}}}', "Rules.R.Assertions"),
        (json.dumps({"A": "x" * 1_000_001}), "CloudFormation allows 1,000,000"),
    ],
    ids=lambda text: text[:30],
)
def test_unreadable_template_is_an_error_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_error_names_a_missing_or_binary_file(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")

    for path in (tmp_path / "missing", tmp_path / "binary", tmp_path):
        with pytest.raises(TemplateError, match=f"cannot read {path}"):
            read_template(path)


def test_product_is_complete_and_every_resource_has_its_line() -> None:
    template = read_template(PRODUCT)
    lines = PRODUCT.read_text(encoding="utf-8").splitlines()

    assert not template.macros
    assert template.fits_inline
    for name in template.resources:
        assert f'"{name}":' in lines[template.line("Resources", name) - 1]


def test_line_of_a_property_is_found_in_both_languages() -> None:
    text = f"{BUCKET}    Properties:\n      Tags:\n      - Key: a\n        Value: b\n"
    document = json.dumps(parse_template(text).document, indent=1)

    assert parse_template(text).line("Resources", "Bucket", "Properties", "Tags", "Key") == 5
    found = parse_template(document).line("Resources", "Bucket", "Properties", "Tags", "Key")
    assert '"Tags"' in document.splitlines()[found - 1]


@pytest.mark.parametrize(
    ("sections", "macro"),
    [
        ({"Transform": "AWS::Serverless-2016-10-31"}, "the macro AWS::Serverless-2016-10-31"),
        ({"Transform": ["AWS::LanguageExtensions", "Own"]}, "the macro Own"),
        ({"Transform": {"Name": "AWS::Include"}}, "the macro AWS::Include"),
        ({"Fn::Transform": {"Name": "Own"}}, "Fn::Transform"),
    ],
)
def test_macros_that_may_add_entries_are_listed(sections: Json, macro: str) -> None:
    template = parse_template(json.dumps({**sections, **product()}))

    assert template.macros == (macro,)


def test_loop_over_resources_is_listed_as_a_macro() -> None:
    text = "Resources:\n  Fn::ForEach::All: [a, [b], {}]\n  Own: {Type: AWS::S3::Bucket}\n"

    template = parse_template(text)

    assert list(template.resources) == ["Own"]
    assert template.macros == ("Fn::ForEach::All in Resources",)


class _Call:
    """A function in its short form."""

    def __init__(self, name: str, operand: object) -> None:
        self.name, self.operand = name, operand


class _Dumper(yaml.SafeDumper):
    """Writes YAML with short-form functions and without aliases."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _represent_call(dumper: Any, call: _Call) -> Any:  # noqa: ANN401 - a node of PyYAML
    tag = f"!{call.name.removeprefix('Fn::')}"
    node = dumper.represent_data(call.operand)
    node.tag = tag
    # The operand of a function is text even without quotes.
    return node


_Dumper.add_representer(_Call, _represent_call)


def short_form(node: object) -> object:
    """Replace every function of a document by its short form, where YAML allows it."""
    if isinstance(node, list):
        return [short_form(entry) for entry in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    table = cast("Json", node)
    if len(table) == 1:
        ((name, operand),) = table.items()
        # A node has only one tag: a function directly inside a function keeps its long form.
        if (name in SHORT or name.startswith("Fn::")) and not _has_one_key(operand):
            return _Call(name, short_form(operand))
    return {key: short_form(entry) for key, entry in table.items()}


def _has_one_key(node: object) -> bool:
    return isinstance(node, dict) and len(cast("Json", node)) == 1


def written(document: object) -> str:
    """Write a document as YAML."""
    dump: Any = cast("Any", yaml).dump
    return str(dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True))


def test_product_in_yaml_is_the_same_template() -> None:
    text = written(short_form(product()))

    template = parse_template(text)

    assert "!Sub" in text
    assert template.document == product()
    assert template.parameters == read_template(PRODUCT).parameters
    assert template.resources == read_template(PRODUCT).resources


scalars = st.one_of(
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
    st.sampled_from(["2012-10-17", "yes", "0755", "1_0", "1:30", "<<", "=", "~", "null", "1.10"]),
)
documents = st.recursive(
    scalars,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from(["A", "on", "7", "2012-10-17", "<<x"]), below, max_size=3)
    ),
    max_leaves=12,
)


@given(documents)
def test_yaml_and_json_of_one_document_are_read_alike(metadata: object) -> None:
    document = {"Metadata": {"It": metadata}, "Resources": {"A": {"Type": "AWS::S3::Bucket"}}}

    from_yaml = parse_template(written(document))

    assert from_yaml.document == parse_template(json.dumps(document)).document


@given(st.text(max_size=60) | st.text("[]{}:,-&*!?|>'\"%@` \n\ta1<", max_size=40))
def test_any_text_is_read_or_raises_template_error(text: str) -> None:
    with suppress(TemplateError):
        parse_template(text)
