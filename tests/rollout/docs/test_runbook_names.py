"""The names in the runbook exist in the template of each profile that its sections apply to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from tests.rollout.runbook import PAGE, blocks, words_of
from tests.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

_APPLIES_TO = {
    "every profile": ("standard", "production"),
    **{profile: (profile,) for profile in PROFILES},
}
# In a command up to its end; in the text up to the suffix, which is an ellipsis there.
_NAME = re.compile(r"payment-[a-z0-9-]+(?:…)?")
# Of databases and snapshots that the runbook creates itself.
_CREATED = ("payment-restored-", "payment-lost-")
_NO_NAMES = ("payment-stack", "payment-templates")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A paragraph with the commands that follow it, and the profiles that it applies to."""

    text: str
    profiles: tuple[str, ...]


def _parts() -> Iterator[Part]:
    profiles: tuple[str, ...] = ()
    _, *sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for section in (half for it in sections for half in re.split(r"\n### ", it)):
        stated = re.search(r"^Applies to: (.+)\.$", section, flags=re.MULTILINE)
        # A section without a line of its own applies to what the section above it applies to.
        profiles = _APPLIES_TO[stated[1]] if stated else profiles
        for text in re.split(r"\n\n(?! *(?:```|<!--))", section):
            yield Part(text=text, profiles=("production",) if _production(text) else profiles)


def _production(text: str) -> bool:
    return bool(re.search(r"\bin production\b", text, flags=re.IGNORECASE))


def _variables(profile: str) -> dict[str, str]:
    """Return the variables as the runbook sets them for a profile."""
    values: dict[str, str] = {}
    (block,) = [one for one in blocks() if one.name == profile]
    for command in block.commands:
        for word in words_of(command, values)[1:]:
            name, _, value = word.partition("=")
            values[name] = value
    return values


def _names_of(profile: str, values: dict[str, str]) -> set[str]:
    """Return every name that the profile's template gives to a resource."""
    text = str(View.of(build_template(PROFILES[profile])).document)
    for reference, name in (("EnvironmentSuffix", "SUFFIX"), ("AWS::Region", "REGION")):
        text = text.replace(f"${{{reference}}}", values[name])
    return set(re.findall(r"payment-[a-z0-9-]+", text))


def _used(text: str, values: dict[str, str]) -> set[str]:
    for name, value in values.items():
        text = re.sub(rf"\${name}\b", value, text)
    found = {name.rstrip("-") for name in _NAME.findall(text)}
    return {name for name in found if not name.startswith((*_CREATED, *_NO_NAMES))}


def _missing(text: str, profile: str) -> set[str]:
    values = _variables(profile)
    if profile == "production":
        # The clusters of both regions have names of the same form.
        values.update(OTHER_REGION=values["REGION"], HOME_REGION=values["REGION"])
    names = _names_of(profile, values)
    # In the text, a name ends with an ellipsis instead of the suffix.
    names |= {name.partition(values["SUFFIX"])[0] + "…" for name in names}
    return _used(text, values) - names


@pytest.mark.parametrize("profile", PROFILES)
def test_every_name_exists_in_the_template(profile: str) -> None:
    text = "\n".join(part.text for part in _parts() if profile in part.profiles)

    assert _missing(text, profile) == set()


def test_every_section_says_which_profile_it_applies_to() -> None:
    _, *sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert [one for one in sections if not re.search(r"^Applies to: ", one, re.MULTILINE)] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_backups_reach_back_as_far_as_the_runbook_says(profile: str) -> None:
    days = PROFILES[profile].backup_days
    words = f"{days} day{'s' if days > 1 else ''} in {profile}"

    assert words in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "`payment-replication-lag-…`",
        "--db-cluster-identifier payment-aurora-cluster-$SUFFIX-$REGION",
        "--global-cluster-identifier payment-global-$SUFFIX",
    ],
    ids=["alarm", "cluster", "global database"],
)
def test_name_of_production_alone_is_found(text: str) -> None:
    assert _missing(text, "standard")
    assert not _missing(text, "production")
