"""Reads the template file of a command; every command says the same about a file it cannot use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.cloudformation import read_template as read
from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.near_names import near_names
from payment_templates.options import STANDARD_NAME
from payment_templates.profiles import PROFILES, template_name

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template

_NAME_ONE = "name a CloudFormation template in JSON or YAML, such as make template writes"


def read_template(path: Path) -> Template:
    """Read a template in JSON or YAML; raises WrongUseError if the file does not contain one."""
    try:
        return read(path)
    except TemplateError as error:
        # False for a file in a folder that may not be read; Path.exists raises an error.
        there = os.path.exists(path)  # noqa: PTH110
        hint = error.hint or (_NAME_ONE if there else _for_missing(path))
        raise WrongUseError(str(error), hint) from None


def _for_missing(path: Path) -> str:
    for profile in PROFILES:
        if path == Path("output", template_name(profile=profile)):
            choice = "" if profile == STANDARD_NAME else f" PROFILE={profile}"
            return f"write it with: make template{choice}"
    there = [str(one) for one in path.parent.glob("*") if one.is_file()]
    return near_names(str(path), there, otherwise=_NAME_ONE)
