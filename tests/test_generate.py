"""The command that writes the template."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from payment_templates import PROFILES

ROOT = Path(__file__).parent.parent
COMMITTED = ROOT / "output" / "TapStack.json"


def generate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "generate.py", *map(str, arguments)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def test_committed_template_is_what_generate_writes(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"

    generate("--output", output)

    assert output.read_text() == COMMITTED.read_text()


def test_one_line_says_what_was_written(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"

    result = generate("--output", output)

    resources = len(json.loads(output.read_text())["Resources"])
    size = output.stat().st_size
    assert result.stdout == f"{output}: {resources} resources, {size} of 51200 bytes\n"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_is_written(profile: str, tmp_path: Path) -> None:
    result = generate("--profile", profile, "--output", tmp_path / "stack.json")

    assert result.returncode == 0


def test_missing_folder_is_made(tmp_path: Path) -> None:
    output = tmp_path / "a" / "b" / "TapStack.json"

    generate("--output", output)

    assert output.exists()


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    generate("--output", tmp_path / "TapStack.json")

    assert [entry.name for entry in tmp_path.iterdir()] == ["TapStack.json"]


def test_link_is_followed(tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "target.json"
    target.touch()
    link.symlink_to(target)

    generate("--output", link)

    assert link.is_symlink()
    assert target.read_text() == COMMITTED.read_text()


def test_mode_of_the_file_stays(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"
    output.touch(mode=0o640)

    generate("--output", output)

    assert output.stat().st_mode & 0o777 == 0o640


def test_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        result = generate("--output", pipe)
        read = reader.communicate()[0]

    assert result.returncode == 0
    assert read == COMMITTED.read_text()
    assert pipe.is_fifo()


def test_other_profile_has_a_file_of_its_own(tmp_path: Path) -> None:
    # Beside the program, wherever that is: a copy shows it without touching the project's files.
    program = shutil.copy(ROOT / "generate.py", tmp_path)

    subprocess.run(
        [sys.executable, program, "--profile", "production"],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert [path.name for path in (tmp_path / "output").iterdir()] == ["TapStack.production.json"]


def test_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} generate.py --check --output none.json | head -n 1"

    result = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert "Traceback" not in result.stderr


def test_check_accepts_a_current_file() -> None:
    result = generate("--check")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_check_shows_what_is_stale_and_changes_nothing(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"
    stale = COMMITTED.read_text().replace('"CidrBlock":"10.0.0.0/16"', '"CidrBlock":"10.9.0.0/16"')
    output.write_text(stale)

    result = generate("--check", "--output", output)

    assert result.returncode == 1
    assert '-"CidrBlock":"10.9.0.0/16",\n+"CidrBlock":"10.0.0.0/16",' in result.stdout
    assert output.read_text() == stale


def test_check_of_a_missing_file_fails(tmp_path: Path) -> None:
    result = generate("--check", "--output", tmp_path / "none.json")

    assert result.returncode == 1


def test_unknown_profile_is_refused_in_one_line() -> None:
    result = generate("--profile", "prod")

    assert result.returncode == 2
    assert "invalid choice: 'prod' (choose from" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("folder", "it is a folder", id="a folder"),
        pytest.param("file/TapStack.json", "file is not a folder", id="below a file"),
        pytest.param("x" * 300, "File name too long", id="too long a name"),
    ],
)
def test_unusable_path_is_refused_in_one_line(path: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    result = generate("--output", tmp_path / path)

    assert result.returncode == 2
    assert reason in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    result = generate("--output", tmp_path / "TapStack.json")

    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1


def test_check_of_a_binary_file_is_refused_in_one_line(tmp_path: Path) -> None:
    output = tmp_path / "binary"
    output.write_bytes(b"\xff\xfe\x00")

    result = generate("--check", "--output", output)

    assert result.returncode == 2
    assert "not a text file" in result.stderr


# Each of these costs more than the whole template.
HEAVY = {"boto3", "botocore", "cfnlint", "click", "difflib", "hypothesis", "jsonschema", "rich"}


def test_generate_imports_nothing_heavy() -> None:
    code = "import sys, generate; print(*{name.split('.')[0] for name in sys.modules})"

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert not HEAVY & set(result.stdout.split())
