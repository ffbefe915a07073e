import pytest
from ministack.services import iam
from ministack.services.cloudformation import engine

from payment_templates.rehearsal.ministack import MissingNameError
from payment_templates.rehearsal.stack_sets.ministack.names import find_ministack


@pytest.mark.parametrize(
    ("module", "name"), [(iam, "_roles"), (engine, "_parse_template")], ids=["roles", "parser"]
)
def test_missing_name_is_reported_in_one_line(
    module: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(module, name)

    with pytest.raises(MissingNameError, match=rf"ministack 1\S+ has no \S+\.{name}:"):
        find_ministack()


def test_pinned_ministack_has_every_name() -> None:
    assert "CreateStack" in find_ministack().handlers
