"""Modules that run in a forked process, as a new process would run them."""

from __future__ import annotations

import json
from importlib.util import find_spec
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

import pytest

from payment_templates.rehearsal import forked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from payment_templates.rehearsal.forked import Forks

# Without the imports of the commands, which take a second.
_PROGRAM = """
import sys
from payment_templates.rehearsal import forked
forked.IMPORTED = ()
forked.serve(int(sys.argv[1]))
"""
_SHOWING = """
import json, os, sys
read = [open(name).read() for name in sys.argv[1:] if name.startswith("/dev/fd/")]
shown = {"arguments": sys.argv[1:], "environment": dict(os.environ), "read": read}
print(json.dumps(shown))
"""
_ENDINGS = {
    "pass": 0,
    "raise SystemExit(3)": 3,
    "raise RuntimeError('broken')": 1,
    "import os; os._exit(4)": 4,
    "import os; os.kill(os.getpid(), 9)": -9,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder from which modules are imported."""
    return tmp_path_factory.mktemp("modules")


@pytest.fixture(scope="module")
def forks(folder: Path) -> Iterator[Forks]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forked, "_PROGRAM", _PROGRAM)
        patch.setenv("PYTHONPATH", str(folder))
        with forked.forks() as started:
            yield started


def test_module_gets_its_arguments_its_environment_and_its_files(
    forks: Forks, folder: Path
) -> None:
    (folder / "showing.py").write_text(_SHOWING)

    with TemporaryFile() as given, TemporaryFile() as output:
        given.write(b"the template")
        given.seek(0)
        named = f"/dev/fd/{given.fileno()}"
        code = forks.run(
            "showing",
            ["--template", named],
            environment={"ONLY": "this"},
            files=[given],
            output=output,
        )
        shown = json.loads(_read(output))

    assert code == 0
    assert shown["environment"] == {"ONLY": "this"}
    assert shown["read"] == ["the template"]
    assert shown["arguments"][0] == "--template"


def test_no_module_sees_what_another_one_has_changed(forks: Forks, folder: Path) -> None:
    (folder / "counting.py").write_text(
        "import json\njson.count = getattr(json, 'count', 0) + 1\nprint(json.count)\n"
    )

    with TemporaryFile() as output:
        for _ in range(2):
            forks.run("counting", [], environment={}, output=output)
        counted = _read(output)

    assert counted == "1\n1\n"


@pytest.mark.parametrize(("ending", "code"), _ENDINGS.items())
def test_exit_code_is_that_of_a_process(forks: Forks, folder: Path, ending: str, code: int) -> None:
    name = f"ending{len(ending)}"
    (folder / f"{name}.py").write_text(ending)

    assert forks.run(name, [], environment={}) == code


def test_output_is_that_of_this_process_unless_a_file_is_given(
    forks: Forks, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "printing.py").write_text(
        "import sys; print('to', 'both', file=sys.stderr); print(1)"
    )

    forks.run("printing", [], environment={})

    assert capfd.readouterr() == ("1\n", "to both\n")


def test_open_files_do_not_add_up(forks: Forks, folder: Path) -> None:
    (folder / "numbering.py").write_text("import os; print(len(os.listdir('/dev/fd')))")

    with TemporaryFile() as output:
        for _ in range(3):
            forks.run("numbering", [], environment={}, files=[output], output=output)
        numbers = _read(output).split()

    assert len(numbers) == 3
    assert len({*numbers}) == 1


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("raise SystemExit('not imported')", id="before the request"),
        pytest.param(
            "import socket, sys; socket.socket(fileno=int(sys.argv[1])).recv(65536)",
            id="during the request",
        ),
    ],
)
def test_end_of_the_forked_process_is_a_failure(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forked, "_PROGRAM", program)

    with forked.forks() as broken:
        assert broken.run("never", [], environment={}) == 1


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@pytest.mark.parametrize("name", forked.IMPORTED)
def test_module_that_is_imported_before_exists(name: str) -> None:
    assert find_spec(name)
