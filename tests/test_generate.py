"""Tests the generate command and generate.py."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from payment_templates import PROFILES

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
COMMITTED = ROOT / "output" / "TapStack.json"


def generate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run generate.py in this process, which takes a tenth of the time of a new one."""
    given = [*map(str, arguments)]
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            exit_code = program().main(given)
        except SystemExit as end:
            exit_code = int(end.code or 0)
    return subprocess.CompletedProcess(given, exit_code, out.getvalue(), err.getvalue())


@cache
def program() -> ModuleType:
    """Import generate.py, which switches off the garbage collection of its process."""
    with patch("gc.disable"):
        return import_module("generate")


def run_generate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run generate.py as a user does."""
    return subprocess.run(
        [sys.executable, "generate.py", *map(str, arguments)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def test_committed_template_is_what_generate_writes(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"

    run_generate("--output", output)

    assert output.read_text() == COMMITTED.read_text()


def test_output_names_the_file_and_its_size(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"

    result = generate("--output", output)

    resources = len(json.loads(output.read_text())["Resources"])
    size = output.stat().st_size
    assert result.stdout == f"{output}: {resources} resources, {size} of 51200 bytes\n"


def test_output_says_that_a_large_template_needs_s3(tmp_path: Path) -> None:
    output = tmp_path / "stack.json"

    result = generate("--profile", "production", "--output", output)

    size = output.stat().st_size
    assert result.stdout.endswith(f", {size} bytes, deployed through S3: a request accepts 51200\n")


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_is_written(profile: str, tmp_path: Path) -> None:
    result = generate("--profile", profile, "--output", tmp_path / "stack.json")

    assert result.returncode == 0


def test_missing_folder_is_created(tmp_path: Path) -> None:
    output = tmp_path / "a" / "b" / "TapStack.json"

    generate("--output", output)

    assert output.exists()


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    generate("--output", tmp_path / "TapStack.json")

    assert [entry.name for entry in tmp_path.iterdir()] == ["TapStack.json"]


def test_link_is_followed(tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "target.json"
    target.touch()
    link.symlink_to(target)

    generate("--output", link)

    assert link.is_symlink()
    assert target.read_text() == COMMITTED.read_text()


def test_mode_of_the_file_is_preserved(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"
    output.touch(mode=0o640)

    generate("--output", output)

    assert output.stat().st_mode & 0o777 == 0o640


def test_pipe_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        result = run_generate("--output", pipe)
        read = reader.communicate()[0]

    assert result.returncode == 0
    assert read == COMMITTED.read_text()
    assert pipe.is_fifo()


def test_other_profile_has_a_file_of_its_own(tmp_path: Path) -> None:
    # The output folder is next to generate.py: a copy leaves the project's files untouched.
    program = shutil.copy(ROOT / "generate.py", tmp_path)

    subprocess.run(
        [sys.executable, program, "--profile", "production"],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert [path.name for path in (tmp_path / "output").iterdir()] == ["TapStack.production.json"]


def test_closed_pipe_is_no_error() -> None:
    # The difference from the standard template has hundreds of lines.
    different = "--profile production --check --output output/TapStack.json"
    command = f"{sys.executable} generate.py {different} | head -n 1"

    result = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert "Traceback" not in result.stderr


def test_check_accepts_a_current_file() -> None:
    result = run_generate("--check")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_check_shows_the_diff_and_changes_nothing(tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"
    stale = COMMITTED.read_text().replace('"CidrBlock":"10.0.0.0/16"', '"CidrBlock":"10.9.0.0/16"')
    output.write_text(stale)

    result = generate("--check", "--output", output)

    assert result.returncode == 1
    assert '-"CidrBlock":"10.9.0.0/16",\n+"CidrBlock":"10.0.0.0/16",' in result.stdout
    assert output.read_text() == stale


def test_check_of_a_missing_file_fails(tmp_path: Path) -> None:
    path = tmp_path / "none.json"

    result = generate("--check", "--output", path)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        f"error: {path} does not exist",
        "hint: run this command again without --check",
    ]


def test_unknown_profile_is_an_error_with_a_hint() -> None:
    result = generate("--profile", "prod")

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "error: unknown profile 'prod'",
        "hint: use one of: standard, production",
    ]


def test_usage_error_has_the_form_of_every_error() -> None:
    result = run_generate("--profle", "production")

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "error: unrecognized arguments: --profle production",
        "hint: run `generate.py --help` for usage",
    ]


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["write", "check"])
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("folder", "it is a folder", id="a folder"),
        pytest.param("file/TapStack.json", "file is not a folder", id="below a file"),
        pytest.param("x" * 300, "File name too long", id="too long a name"),
    ],
)
def test_unusable_path_is_an_error_with_a_hint(
    path: str, reason: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    result = generate("--output", tmp_path / path, *arguments)

    assert result.returncode == 2
    assert reason in result.stderr
    assert result.stderr.splitlines()[1:] == ["hint: choose another file with --output"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder_is_an_error_without_traceback(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    result = generate("--output", tmp_path / "TapStack.json")

    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_check_of_a_binary_file_is_an_error(tmp_path: Path) -> None:
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


def test_options_file_sets_the_number_of_tasks(tmp_path: Path) -> None:
    options, output = tmp_path / "stack.toml", tmp_path / "stack.json"
    options.write_text('profile = "production"\ntasks = 9\nmost_tasks = 0\n')

    generate("--options", options, "--output", output)

    service = json.loads(output.read_text())["Resources"]["Service"]
    assert service["Properties"]["DesiredCount"] == 9


# Even for standard.toml: only the specification's template is TapStack.json.
@pytest.mark.parametrize("name", ["stack", "standard"])
def test_options_file_has_a_template_of_its_own(name: str, tmp_path: Path) -> None:
    program = shutil.copy(ROOT / "generate.py", tmp_path)
    options = tmp_path / f"{name}.toml"
    options.touch()

    subprocess.run(
        [sys.executable, program, "--options", options],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert [path.name for path in (tmp_path / "output").iterdir()] == [f"TapStack.{name}.json"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("taks = 9", "unknown option 'taks'\nhint: did you mean tasks?"),
        ("colour = 9", "unknown option 'colour'\nhint: use one of: profile, zones"),
        ("tasks = ", "invalid TOML: Invalid value"),
        ('profile = "prod"', "unknown profile 'prod'\nhint: use one of: standard, production"),
        ("profile = 7", "unknown profile 7\nhint: use one of: standard, production"),
        ("tasks = 7", "tasks must be a multiple of 3"),
        ('tasks = "9"', "tasks must be a whole number from 3 to 5000, got '9'"),
        ('deletion_protection = "yes"', "deletion_protection must be true or false, got 'yes'"),
        ("instance_class = 5", "instance_class must be a database class such as db.t3.medium"),
        ("log_days = true", "log_days must be one of 1, 3"),
        ("[tasks]\nmany = 9", "tasks must be a whole number from 3 to 5000"),
    ],
)
def test_invalid_options_are_an_error(text: str, problem: str, tmp_path: Path) -> None:
    options = tmp_path / "stack.toml"
    options.write_text(text)

    result = generate("--options", options, "--output", tmp_path / "stack.json")

    assert result.returncode == 2
    assert result.stderr.startswith(f"error: {options}: {problem}")
    assert all(line.startswith("hint: ") for line in result.stderr.splitlines()[1:])
    assert not (tmp_path / "stack.json").exists()


def test_missing_options_file_is_an_error(tmp_path: Path) -> None:
    result = generate("--options", tmp_path / "none.toml")

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"error: cannot read {tmp_path / 'none.toml'}: No such file or directory",
        "hint: name an options file in TOML with --options",
    ]


def test_profile_and_options_file_cannot_be_used_together(tmp_path: Path) -> None:
    result = generate("--profile", "production", "--options", tmp_path / "none.toml")

    assert result.returncode == 2
    assert "error: --profile and --options cannot be used together" in result.stderr


def test_package_command_writes_the_same_template(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "payment_templates", "generate"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert (tmp_path / "output" / "TapStack.json").read_text() == COMMITTED.read_text()


@pytest.mark.parametrize("program", [["generate.py"], ["-m", "payment_templates", "--help"]])
def test_missing_packages_are_an_error_with_a_hint(program: list[str]) -> None:
    # -S leaves out site-packages, as in a clone without an environment.
    result = subprocess.run(
        [sys.executable, "-S", *program], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert result.returncode == 2
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["error", "hint"]
    assert "is not installed" in result.stderr
