"""How a list that changes is shown: its entries are paired by their names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click import style
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import parse_template
from payment_templates.report.comparison import Effect, compare
from payment_templates.report.comparison.differences import differences
from payment_templates.report.comparison.output import to_markdown, to_text

if TYPE_CHECKING:
    from pathlib import Path

    from payment_templates.report.comparison import Comparison

ONE = {"Sid": "One", "Action": "a", "Resource": "*", "Effect": "Allow"}
TWO = {"Sid": "Two", "Action": "b", "Resource": "*", "Effect": "Allow"}
THREE = {"Sid": "Three", "Action": "c", "Resource": "d", "Effect": "Deny"}
TAG = {"Key": "Team", "Value": "a"}
UNNAMED = {"Effect": "Allow", "Action": "a"}
LISTS: dict[str, tuple[list[Any], list[Any], list[tuple[str, object, object]]]] = {
    "added at the end": ([ONE], [ONE, TWO], [("[Two]", None, TWO)]),
    "added at the start": ([ONE], [TWO, ONE], [("[Two]", None, TWO)]),
    "removed": ([ONE, TWO, THREE], [ONE, THREE], [("[Two]", TWO, None)]),
    "removed all": ([ONE], [], [("[One]", ONE, None)]),
    "changed": ([ONE, TWO], [ONE, {**TWO, "Action": "z"}], [("[1].Action", "b", "z")]),
    "changed and moved": (
        [ONE, TWO],
        [{**TWO, "Action": "z"}, ONE],
        [("[0].Action", "b", "z")],
    ),
    "renamed": ([ONE, TWO], [{**ONE, "Sid": "New"}, TWO], [("[0].Sid", "One", "New")]),
    "replaced by another": (
        [ONE, TWO],
        [ONE, THREE],
        [("[Two]", TWO, None), ("[Three]", None, THREE)],
    ),
    "tag": ([TAG], [{**TAG, "Value": "b"}], [("[0].Value", "a", "b")]),
    "without a name": ([UNNAMED, ONE], [ONE], [("[0]", UNNAMED, None)]),
    "twice the same name": ([ONE, ONE], [ONE], [("[One]", ONE, None)]),
    "text": (["a", "b"], ["a", "c"], [("[1]", "b", "c")]),
    "text removed": (["a", "b"], ["b"], [("[0]", "a", None)]),
    "order": ([ONE, TWO], [TWO, ONE], [("", ("One", "Two"), ("Two", "One"))]),
    "order of texts": (["a", "b"], ["b", "a"], [("", ("a", "b"), ("b", "a"))]),
    "number as text": ([1, "true"], ["1", True], []),
}


@pytest.mark.parametrize(("before", "after", "expected"), LISTS.values(), ids=LISTS)
def test_entries_of_a_list_are_paired(
    before: list[Any], after: list[Any], expected: list[tuple[str, object, object]]
) -> None:
    found = [(".".join(path), old, new) for path, old, new in differences(before, after)]

    assert found == expected


LONG = {"Sid": "Long", "Effect": "Allow", "Action": "kms:*", "Resource": "arn:aws:s3:::" + 60 * "x"}


def key(*statements: object, text: str = "") -> dict[str, Any]:
    properties = {"KeyPolicy": {"Statement": [*statements]}, "Description": text}
    return {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": properties}}}


def comparison(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    old, new = (parse_template(json.dumps(it)) for it in (before, after))
    return compare(old, new, profiles=("any", "any"))


def shown(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return the lines for a terminal and those of Markdown."""
    found = comparison(before, after)
    lines = to_text(found, style)
    return "\n".join([*lines, to_markdown(found, fails=False)])


def test_added_statement_is_shown_with_its_name() -> None:
    text = shown(key(ONE), key(ONE, LONG))

    assert text.count('+ KeyPolicy.Statement[Long]: {"Sid": "Long", "Effect": "Allow"') == 2
    assert "→" not in text


def test_removed_statement_is_shown_with_its_name() -> None:
    text = shown(key(ONE, LONG), key(ONE))

    assert text.count('- KeyPolicy.Statement[Long]: {"Sid": "Long"') == 2


def test_other_order_is_one_line() -> None:
    line = 'KeyPolicy.Statement: the same entries in another order: ["One", "Two"] → ["Two", "One"]'

    (change,) = comparison(key(ONE, TWO), key(TWO, ONE)).resources
    (found,) = change.properties

    assert found.reordered
    assert found.effect is Effect.IN_PLACE
    assert shown(key(ONE, TWO), key(TWO, ONE)).count(line) == 2


def test_long_texts_are_cut_to_where_they_differ() -> None:
    before, after = (f"{90 * 'x'}{word}{90 * 'y'}" for word in ("old", "new"))

    text = shown(key(text=before), key(text=after))

    assert f"Description: …{20 * 'x'}old{57 * 'y'}… → …{20 * 'x'}new{57 * 'y'}…" in text


def test_json_has_the_whole_entry(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("old.json", "new.json")]
    for path, document in zip(paths, (key(ONE), key(ONE, LONG)), strict=True):
        path.write_text(json.dumps(document))

    found = CliRunner().invoke(main, ["diff", *map(str, paths), "--json", "--no-fail"])

    (change,) = json.loads(found.output)["resources"][0]["properties"]
    assert (change["path"], change["before"]) == ("KeyPolicy.Statement[Long]", None)
    assert json.loads(change["after"]) == LONG
