"""Names the sets of options that are ready to use, and reads options files."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast

from payment_templates.near_names import near_names
from payment_templates.options import LONGEST_BACKUP_DAYS, STANDARD_NAME, Options, OptionsError

STANDARD = Options()
# A profile lists only its differences from the specification.
PROFILES = {
    "standard": STANDARD,
    "production": replace(
        STANDARD,
        profile="production",
        nat_gateways=STANDARD.zones,
        # AWS recommends the T classes for development and test only:
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.html
        instance_class="db.r6g.large",
        backup_days=LONGEST_BACKUP_DAYS,
        # PCI DSS 10.5.1 asks for twelve months; the next step above 365 leaves a margin.
        log_days=400,
        deletion_policy="Snapshot",
        deletion_protection=True,
        require_certificate=True,
        # After a zone failure the other six carry the load at 9 x 50 / 6 = 75 % CPU.
        tasks=9,
        target_cpu_percent=50,
        # After a region failure the other region's nine tasks carry what 18 at 50 % did, at 100 %,
        # until more have started.
        most_tasks=18,
        global_database=True,
        lost_seconds=60,
        zonal_autoshift=True,
        region_alerts=True,
        more_alert_endpoints=True,
        # The days of point-in-time recovery, within which the database's own region charges nothing
        # for snapshots, and the least that AWS Config asks for:
        # https://docs.aws.amazon.com/config/latest/developerguide/backup-plan-min-frequency-and-min-retention-check.html
        vault_days=LONGEST_BACKUP_DAYS,
        flow_logs=True,
        web_acl=True,
        access_logs=True,
        hsts=True,
        # Tasks, database, roles and tags.
        restrict_container=True,
        # The coarsest: the logs cost by volume.
        enhanced_monitoring_seconds=60,
        database_audit=True,
        database_change_events=True,
        certificate_alerts=True,
    ),
}


def template_name(*, profile: str | None = None, options_name: str | None = None) -> str:
    """Return the file name of a template; only the standard profile writes TapStack.json.

    So no other profile or options file ever overwrites the specification's template.
    """
    if options_name is not None:
        return f"TapStack.{options_name}.json"
    return "TapStack.json" if profile in {None, STANDARD_NAME} else f"TapStack.{profile}.json"


def profile_named(name: object) -> Options:
    """Return a profile by its name; raises OptionsError for an unknown name."""
    if name not in list(PROFILES):
        raise OptionsError(f"unknown profile {name!r}", hint=_suggestion(str(name), [*PROFILES]))
    return PROFILES[str(name)]


def parse_options(text: str) -> Options:
    """Read options from TOML: `profile` is the start, every other key changes one option.

    Raises ValueError with the given value and the accepted ones.
    """
    table = _table(text)
    start = profile_named(table.pop("profile", STANDARD_NAME))
    known = [field.name for field in fields(Options)]
    for name in table:
        if name not in known:
            raise OptionsError(f"unknown option {name!r}", hint=_suggestion(name, known))
    return replace(start, **{name: _hashable(value) for name, value in table.items()})


def _hashable(value: Any) -> Any:  # noqa: ANN401 - what TOML gives; Options validates it.
    # A table replaces the whole option: its keys are not merged with those of the profile.
    if not isinstance(value, dict):
        return value
    return tuple(cast("dict[str, object]", value).items())


def _table(text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only an options file needs it.

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OptionsError(f"invalid TOML: {error}") from None


def _suggestion(name: str, known: list[str]) -> str:
    return near_names(name, known, otherwise=f"use one of: {', '.join(known)}")
