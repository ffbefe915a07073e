"""Reads what the offline commands take besides a template, and reports what is wrong with it."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import click

from payment_templates.cloudformation import TemplateError, unknown_parameter
from payment_templates.commands.inputs.pairs import read_pairs
from payment_templates.commands.inputs.usage_errors import InternalError, WrongUseError
from payment_templates.commands.output.error_messages import (
    NAME_OPTIONS,
    PROFILE_AND_OPTIONS,
    cannot_read,
)
from payment_templates.evidence import PROMISES
from payment_templates.near_names import near_names
from payment_templates.options import DESCRIPTION, METADATA_KEY, STANDARD_NAME, OptionsError
from payment_templates.profiles import PROFILES, parse_options

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from payment_templates.cloudformation import Template


def profile_of(template: Template) -> str:
    """Return the profile that a generated template names, and `any` for every other one."""
    if template.document.get("Description") != DESCRIPTION:
        return "any"
    named: Any = template.document
    for key in ("Metadata", METADATA_KEY, "Profile"):
        named = cast("dict[str, Any]", named).get(key) if isinstance(named, dict) else None
    return next((name for name in PROFILES if name == named), STANDARD_NAME)


def named_profile(profile: str | None, options_file: Path | None) -> str | None:
    """Return the profile that the user names, None when none is named; raises WrongUseError."""
    if options_file is None:
        if profile is not None and profile not in PROMISES:
            every = f"use one of: {', '.join(PROMISES)}"
            raise WrongUseError(
                f"unknown profile {profile!r}", near_names(profile, PROMISES, otherwise=every)
            )
        return profile
    if profile is not None:
        raise WrongUseError(*PROFILE_AND_OPTIONS)
    try:
        return parse_options(options_file.read_text(encoding="utf-8")).profile
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUseError(cannot_read(options_file, error), NAME_OPTIONS) from None
    except OptionsError as error:
        raise WrongUseError(f"{options_file}: {error}", error.hint) from None
    except ValueError as error:
        raise WrongUseError(f"{options_file}: {error}") from None


def parameter_values(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return the values of `--parameter KEY=VALUE`; raises WrongUseError."""
    return read_pairs("--parameter", pairs)


def require_known(given: dict[str, str], *templates: Template) -> None:
    """Refuse a parameter that none of the templates has; raises WrongUseError."""
    known = list(dict.fromkeys(name for template in templates for name in template.parameters))
    for name in given:
        if name not in known:
            raise WrongUseError(*unknown_parameter(name, known))


def sha256_of(path: Path, template: Template) -> str:
    """Return the digest that sha256sum prints for the file; of the text if it is no plain file."""
    return sha256(path.read_bytes() if path.is_file() else template.text.encode()).hexdigest()


@contextmanager
def examination() -> Generator[None]:
    """Report a template, a region or a parameter value that cannot be used as wrong use."""
    # For the rest of the process: an examination creates many objects and few reference cycles, and
    # for a large template the search for cycles took a fifth of the time.
    gc.disable()
    try:
        yield
    except click.ClickException:
        raise
    except TemplateError as error:
        raise WrongUseError(str(error), error.hint) from error
    except Exception as error:  # Otherwise a bug in this program would look like a finding.
        raise InternalError from error
