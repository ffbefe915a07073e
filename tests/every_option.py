"""The template with every option on that adds a resource, for tests of what all types share."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import parse_template
from payment_templates.rendering import render

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template
    from payment_templates.options import Options

# RDS upgrades no cluster of a global database by itself.
_OFF = "automatic_minor_upgrades"


def every_option() -> Options:
    """Return the options of the production profile with every switch on."""
    production = PROFILES["production"]
    on: dict[str, Any] = {field.name: True for field in fields(production) if field.type == "bool"}
    return replace(production, **{**on, _OFF: False}, permissions_boundary="boundaries/payments")


@cache
def template_of_options(name: str) -> Template:
    """Return the template of a profile, or of "every option"."""
    options = every_option() if name == "every option" else PROFILES[name]
    document = json.loads(render(build_template(options)))
    return parse_template(json.dumps(document), name=f"{name}.json")


TEMPLATES = (*PROFILES, "every option")
