"""What the facts about data loss say of the types of the generated templates."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.facts.data_loss import LOSSES, RECREATED

if TYPE_CHECKING:
    from payment_templates.options import Options

# Each needs others, which the other profile has.
_REFUSED = {
    "standard": {"global_database", "region_alerts"},
    "production": {"automatic_minor_upgrades"},
}


def _everything(profile: str) -> Options:
    options = PROFILES[profile]
    switches = {
        field.name: True
        for field in fields(options)
        if isinstance(getattr(options, field.name), bool) and field.name not in _REFUSED[profile]
    }
    return replace(options, **switches, deletion_policy="Snapshot", vault_days=30, most_tasks=12)  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", PROFILES)
def test_loss_of_each_type_of_the_generator_is_known(profile: str) -> None:
    resources = build_template(_everything(profile)).to_dict()["Resources"]

    types = {it["Type"] for it in resources.values()}

    assert types <= RECREATED | LOSSES.keys()
