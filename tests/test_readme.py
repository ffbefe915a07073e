"""Tests that the README and the documentation match the template."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cli import main
from payment_templates.cloudformation import parse_template
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.evidence.deployment.replacement import parameters_behind
from payment_templates.facts.custom_names import CUSTOM_NAMES
from payment_templates.rendering import render
from tests.readme import DIAGRAM, DOCS, README, diagram, generated_parts, rewritten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.view import View

ROOT = Path(__file__).parent.parent
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
LONGEST_README = 150


def test_generated_parts_are_current() -> None:
    outdated = [
        page.name
        for page, parts in generated_parts().items()
        if rewritten(page.read_text(), parts) != page.read_text()
    ]

    assert outdated == [], "run `make readme`"


def test_picture_is_current() -> None:
    assert DIAGRAM.read_text() == diagram(), "run `make readme`"


def test_every_generated_part_has_its_markers() -> None:
    missing = [
        (page.name, name)
        for page, parts in generated_parts().items()
        for name in parts
        if f"<!-- {name} -->" not in page.read_text().splitlines()
    ]

    assert missing == []


@pytest.mark.parametrize("profile", PROFILES)
def test_parameters_that_would_replace_a_named_resource_are_explained(profile: str) -> None:
    template = parse_template(render(build_template(PROFILES[profile])))
    create_only = {
        resource.type: tuple(schema.create_only)
        for resource in template.resources.values()
        if CUSTOM_NAMES.get(resource.type) in cast("Mapping[str, object]", resource.properties)
        and (schema := resource_schema(resource.type, "us-east-1"))
    }
    section = (DOCS / "deploying.md").read_text().partition("## Before you change a parameter")[2]
    rows = section.partition("## ")[0].splitlines()

    explained = {
        name
        for row in rows
        if row.startswith("| `")
        for name in re.findall("`([A-Za-z]+)`", row.split("|")[1])
    }
    assert parameters_behind(template, create_only).keys() - explained == set()


def test_readme_is_short() -> None:
    lines = README.read_text().splitlines()

    assert len(lines) <= LONGEST_README


def test_readme_links_to_every_page() -> None:
    text = README.read_text()

    assert [page.name for page in DOCS.glob("*.md") if f"docs/{page.name}" not in text] == []


@every_page
def test_every_make_target_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    named = set(re.findall(r"`make ([a-z]+)", page.read_text()))

    assert named <= targets


@every_page
def test_every_file_linked_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@every_page
def test_every_resource_named_exists(page: Path, template: View) -> None:
    named = re.findall(r"resource `([A-Z]\w+)`", page.read_text())

    assert set(named) <= set(template.resources)


def test_behaviour_of_every_resource_type_is_described(template: View, production: View) -> None:
    text = (DOCS / "aws-behaviour.md").read_text()
    described = {
        name
        for heading in re.findall(r"^## (AWS::.+)$", text, flags=re.MULTILINE)
        for name in re.findall(r"AWS::\w+::\w+", heading)
    }

    used = {
        resource["Type"] for view in (template, production) for resource in view.resources.values()
    }

    assert used <= described


def test_options_of_production_are_described_with_their_values() -> None:
    text, _, _ = (DOCS / "production.md").read_text().partition("\n## ")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ([\w, ]+) \|", text, flags=re.MULTILINE)
    described = {
        name: value
        for names, values in rows
        for name, value in zip(names.split(", "), values.split(", "), strict=True)
    }

    options = asdict(PROFILES["production"])
    added = {name for name in options if f"`{name}`" in described}
    on_or_off = {True: "on", False: "off"}
    shown = {
        name: on_or_off[options[name]] if isinstance(options[name], bool) else str(options[name])
        for name in added
    }

    assert described == {f"`{name}`": value for name, value in shown.items()}
    assert {"global_database", "region_alerts", "most_tasks"} <= added


@pytest.mark.parametrize("aspect", ["Handler", "Create", "Update", "Delete", "Drift"])
def test_every_aspect_of_a_type_is_described(aspect: str) -> None:
    text = (DOCS / "aws-behaviour.md").read_text()
    sections = [part for part in text.split("\n## ") if part.startswith("AWS::")]

    missing = [part.splitlines()[0] for part in sections if f"- **{aspect}**" not in part]

    assert missing == []


def test_every_command_has_the_extra_that_it_needs() -> None:
    text = (DOCS / "library.md").read_text()
    rows = re.findall(r"^\| `\.\S*` \| (.+) \|$", text, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z]+)`", row)}

    assert named == {*main.commands}


def test_example_of_the_library_runs(tmp_path: Path) -> None:
    (example,) = re.findall(
        r"<!-- example: a test runs this -->\n```python\n(.+?)```",
        (DOCS / "library.md").read_text(),
        flags=re.DOTALL,
    )

    subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert '"RefundQueue"' in (tmp_path / "stack.json").read_text()
