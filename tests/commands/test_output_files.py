"""No command writes over the template that it reads, and none leaves half a file."""

from __future__ import annotations

import json
import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from payment_templates.cli import main

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

TEXT = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
# Every option that names a file to write, with its command.
OPTIONS = [
    ("report", "--output"),
    ("diagram", "--output"),
    ("evidence", "--junit"),
    ("evidence", "--sarif"),
]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "stack.json"
    path.write_text(TEXT)
    return path


def run(command: str, template: Path, option: str, output: Path) -> tuple[int, str]:
    found = CliRunner().invoke(main, [command, str(template), option, str(output)])
    return found.exit_code, found.output


@pytest.mark.parametrize(("command", "option"), OPTIONS)
@pytest.mark.parametrize("link", ["itself", "symbolic link", "hard link"])
def test_template_is_never_overwritten(
    command: str, option: str, link: str, template: Path, tmp_path: Path
) -> None:
    output = template if link == "itself" else tmp_path / "link"
    if link == "symbolic link":
        output.symlink_to(template)
    if link == "hard link":
        output.hardlink_to(template)

    code, text = run(command, template, option, output)

    assert (code, template.read_text()) == (2, TEXT)
    assert f"error: {option} would overwrite {template}, which the command reads" in text


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("generate", "--output"),
        ("report", "--output"),
        ("evidence", "--junit"),
        ("evidence", "--sarif"),
    ],
)
def test_options_file_is_never_overwritten(
    command: str, option: str, template: Path, tmp_path: Path
) -> None:
    options = tmp_path / "stack.toml"
    options.write_text('profile = "standard"\n')
    read = [] if command == "generate" else [str(template)]

    found = CliRunner().invoke(
        main, [command, *read, "--options", str(options), option, str(options)]
    )

    assert (found.exit_code, options.read_text()) == (2, 'profile = "standard"\n')


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_failed_write_leaves_the_older_file(
    command: str, option: str, template: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    output.write_text("older")

    with largest_file(10):
        code, text = run(command, template, option, output)

    assert (code, output.read_text()) == (2, "older")
    assert f"error: cannot write {output}: File too large" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["output", "stack.json"]


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_folder_is_refused(command: str, option: str, template: Path, tmp_path: Path) -> None:
    code, text = run(command, template, option, tmp_path)

    assert code == 2
    assert "is a folder" in text
    assert template.read_text() == TEXT


@pytest.mark.parametrize(("command", "option"), [*OPTIONS, ("generate", "--output")])
def test_missing_folders_are_created(
    command: str, option: str, template: Path, tmp_path: Path
) -> None:
    output = tmp_path / "new" / "folder" / "file"
    read = [] if command == "generate" else [str(template)]

    CliRunner().invoke(main, [command, *read, option, str(output)])

    assert output.stat().st_size > 0


@pytest.mark.parametrize(("command", "option"), [*OPTIONS, ("generate", "--output")])
def test_file_cannot_be_a_folder(command: str, option: str, template: Path) -> None:
    output = template / "file"
    read = [] if command == "generate" else [str(template)]

    found = CliRunner().invoke(main, [command, *read, option, str(output)])

    assert found.exit_code == 2
    assert found.stderr == (
        f"error: cannot write {output}: {template} is not a folder\n"
        f"hint: choose another file with {option}\n"
    )


@contextmanager
def largest_file(size: int) -> Generator[None]:
    """Fail every write beyond this many bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_overlong_name_is_one_error(
    command: str, option: str, template: Path, tmp_path: Path
) -> None:
    output = tmp_path / ("x" * 300)

    code, text = run(command, template, option, output)

    assert code == 2
    assert text.splitlines()[-2:] == [
        f"error: cannot write {output}: File name too long",
        f"hint: choose another file with {option}",
    ]


@pytest.mark.parametrize("command", ["evidence", "compliance"])
def test_closed_output_changes_no_exit_code(
    command: str, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [command, str(template)]
    expected = CliRunner().invoke(main, arguments).exit_code
    monkeypatch.setattr("sys.stdout", None)

    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == expected
