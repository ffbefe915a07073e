from pathlib import Path

from payment_templates.cli import main
from tests.rollout.reference import write_reference

_PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_page_of_the_commands_is_what_the_commands_say() -> None:
    assert _PAGE.read_text(encoding="utf-8") == write_reference(main)
