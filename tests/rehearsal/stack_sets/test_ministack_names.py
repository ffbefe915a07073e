from importlib import import_module

import pytest

from payment_templates.rehearsal.ministack import MissingNameError
from payment_templates.rehearsal.stack_sets.ministack.names import find_ministack


@pytest.mark.parametrize(
    ("module", "name"),
    [("iam", "_roles"), ("cloudformation.engine", "_parse_template")],
    ids=["roles", "parser"],
)
def test_missing_name_is_reported_in_one_line(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Imported here: loading it takes a quarter of a second in each worker.
    monkeypatch.delattr(import_module(f"ministack.services.{module}"), name)

    with pytest.raises(MissingNameError, match=rf"ministack 1\S+ has no \S+\.{name}:"):
        find_ministack()


def test_pinned_ministack_has_every_name() -> None:
    assert "CreateStack" in find_ministack().handlers
