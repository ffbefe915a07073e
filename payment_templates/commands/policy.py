"""Runs the policy command: prints the IAM policies that a template needs, offline."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from payment_templates.cloudformation import TemplateError, partition_of
from payment_templates.commands.inputs.command_inputs import name_from, read_bucket, require_suffix
from payment_templates.commands.inputs.roles_and_tags import read_role
from payment_templates.commands.inputs.template_files import read_template
from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.facts.regions import ZONES
from payment_templates.quantity import quantity
from payment_templates.region_names import unknown_region
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.permissions import (
    MOST_CHARACTERS,
    Place,
    Purpose,
    Scope,
    permissions_for,
    policy_documents,
)
from payment_templates.rollout.stack_set.targets import require_accounts

if TYPE_CHECKING:
    from pathlib import Path


def print_policies(
    template: Path,
    *,
    purpose: str,
    suffix: str | None,
    stack_name: str | None,
    stack_set_name: str | None,
    region: str | None,
    account: str | None,
    bucket: str | None,
    role_arn: str | None,
    part: int | None,
) -> None:
    """Print each policy as one line of JSON; what they do not cover goes to stderr."""
    chosen = Purpose(purpose)
    if region is not None and region not in ZONES:
        raise WrongUseError(*unknown_region(region, ZONES))
    if role_arn and chosen is not Purpose.DEPLOYER:
        raise WrongUseError(
            f"--role-arn has no meaning with --for {chosen}",
            "pass it with --for deployer: CloudFormation then uses that role",
        )
    try:
        scope = Scope(
            suffix=_suffix(suffix),
            stack_name=_name(stack_name),
            stack_set_name=_name(stack_set_name),
            bucket=read_bucket(bucket) or "",
            role_arn=read_role("--role-arn", role_arn),
        )
        if account is not None:
            require_accounts((account,))
        found = permissions_for(chosen, read_template(template), scope)
    except TemplateError as error:
        raise WrongUseError(str(error), error.hint) from None
    except RolloutError as error:
        raise WrongUseError(error.problem, error.hint) from None
    documents = policy_documents(found.statements, _place(region, account))
    for note in found.notes:
        _tell(f"note: {note}")
    if part is None and len(documents) > 1:
        _tell(
            f"{quantity(len(documents), 'policy', 'policies')}, one on each line: IAM accepts "
            f"{MOST_CHARACTERS:,} characters in each; attach all of them"
        )
    if part is not None and part > len(documents):
        raise WrongUseError(f"invalid --part {part}", f"use 1 to {len(documents)}")
    for document in documents if part is None else documents[part - 1 : part]:
        click.echo(json.dumps(document, separators=(",", ":")))


def _suffix(given: str | None) -> str:
    if given is not None:
        require_suffix(given)
    return given or ""


def _name(given: str | None) -> str:
    return name_from(given, "") if given is not None else ""


def _place(region: str | None, account: str | None) -> Place:
    return Place(
        partition=partition_of(region or "")[0], region=region or "*", account=account or "*"
    )


def _tell(line: str) -> None:
    # The policies alone are on stdout, for `aws iam create-policy`.
    print(line, file=sys.stderr)  # noqa: T201 - a command line.
