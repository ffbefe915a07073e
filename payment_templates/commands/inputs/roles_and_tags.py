"""Reads and checks the options for roles and tags."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from payment_templates.cloudformation import Json, Template
from payment_templates.commands.inputs.pairs import read_pairs
from payment_templates.option_tables import OWN_PREFIXES
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+", re.ASCII)
# The API of CloudFormation: ExecutionRoleName, TagKey, TagValue, Tags.
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_LONGEST_KEY, _LONGEST_VALUE = 128, 256
_MOST_TAGS = 50


def read_tags(pairs: Sequence[str]) -> Mapping[str, str]:
    """Read KEY=VALUE pairs; raises RolloutError for a tag that CloudFormation refuses."""
    tags = read_pairs("--tag", pairs)
    for key, value in tags.items():
        pair = f"{key}={value}"
        if any(text.lower().startswith(OWN_PREFIXES) for text in (key, value)):
            raise wrong_use(
                f"invalid --tag {pair!r}",
                "use KEY=VALUE; neither can start with aws: or rds:, which are AWS's own",
            )
        if len(key) > _LONGEST_KEY or not 1 <= len(value) <= _LONGEST_VALUE:
            raise wrong_use(
                f"invalid --tag {pair!r}",
                f"use up to {_LONGEST_KEY} characters for KEY, and 1 to {_LONGEST_VALUE} for VALUE",
            )
    if len(tags) > _MOST_TAGS:
        raise wrong_use(f"{len(tags)} --tag options", f"use up to {_MOST_TAGS}")
    return tags


def require_distinct_tags(template: Template, tags: Iterable[str]) -> None:
    """Raise RolloutError for keys that a role of the template would have twice.

    CloudFormation gives a stack's tags to its resources, and IAM does not distinguish keys by case:
    CreateRole fails with "Duplicate tag keys found".
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    for role in template.of_type("AWS::IAM::Role"):
        taken = {key.lower(): key for key in _own_keys(role.properties)}
        for key in tags:
            other = taken.setdefault(key.lower(), key)
            if other != key:
                raise wrong_use(
                    f"--tag {key}: {role.logical_id} has {other}, which is the same key for IAM",
                    f"use {other}, or another key",
                )


def _own_keys(properties: object) -> list[str]:
    entries: object = cast("Json", properties).get("Tags")
    listed = cast("list[Json]", entries) if isinstance(entries, list) else []
    return [key for entry in listed if isinstance(key := entry.get("Key"), str)]


def read_role(option: str, arn: str | None) -> str:
    """Return the ARN of a role, empty if none is given; raises RolloutError for another ARN."""
    if arn is not None and not _ROLE_ARN.fullmatch(arn):
        raise wrong_use(
            f"invalid {option} {arn!r}",
            "use the ARN of an IAM role, such as arn:aws:iam::123456789012:role/deployer",
        )
    return arn or ""


def read_stack_set_roles(
    administration_role_arn: str | None, execution_role_name: str | None
) -> ChosenRoles:
    """Return the roles of a self-managed stack set; raises RolloutError for an invalid one."""
    if execution_role_name is not None and not _ROLE_NAME.fullmatch(execution_role_name):
        raise wrong_use(
            f"invalid --execution-role-name {execution_role_name!r}",
            "use the name of an IAM role, without its path",
        )
    return ChosenRoles(
        administration_role_arn=read_role("--administration-role-arn", administration_role_arn),
        execution_role_name=execution_role_name or "",
    )


def require_usable_roles(
    given: ChosenRoles, organizational_units: tuple[str, ...], *, create_roles: bool
) -> None:
    """Raise RolloutError for given roles that the rollout would not use."""
    if not given.given:
        return
    # CreateStackSet: "Valid only if the permissions model is SELF_MANAGED".
    if organizational_units:
        raise wrong_use(
            "--administration-role-arn and --execution-role-name cannot be used with "
            "--organizational-unit",
            "leave them out: Organizations manages the permissions",
        )
    if create_roles:
        raise wrong_use(
            "--create-roles cannot be used with --administration-role-arn or --execution-role-name",
            "leave --create-roles out: it creates the roles with the default names",
        )
