"""Reads the template file of a command; every command says the same about a file it cannot use."""

from __future__ import annotations

import errno
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

_NAME_ONE = "name a CloudFormation template in JSON or YAML, such as output/TapStack.json"
_WRITE_IT = "write it with: make template"


def chosen_template(
    path: Path | None, *, profile: str | None = None, options_file: Path | None = None
) -> Path:
    """Return the path of a template: by default, what `make template` writes of the choice.

    Raises WrongUseError if that is not there.
    """
    if path is not None:
        return path
    name = options_file.stem if options_file else None
    default = Path("output", template_name(profile=profile, options_name=name))
    if not default.exists():
        choice = f" OPTIONS={options_file}" if options_file else _choice(profile)
        problem = f"cannot read {default}: {os.strerror(errno.ENOENT)}"
        raise WrongUseError(problem, f"{_WRITE_IT}{choice}")
    return default


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
            return f"{_WRITE_IT}{_choice(profile)}"
    there = [str(one) for one in path.parent.glob("*") if one.is_file()]
    return near_names(str(path), there, otherwise=_NAME_ONE)


def _choice(profile: str | None) -> str:
    return "" if profile in {None, STANDARD_NAME} else f" PROFILE={profile}"
