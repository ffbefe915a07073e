"""Checks that no secret is stored in plain text in the template, the stack or a task."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept, unknown
from payment_templates.evidence.deployment.database_login import master_login
from payment_templates.evidence.faults.global_databases import is_secondary
from payment_templates.evidence.security.hidden_properties import TAKERS
from payment_templates.evidence.security.secret_doubts import source_elsewhere
from payment_templates.evidence.security.secret_exposure import leaks_of
from payment_templates.evidence.security.secret_values import (
    Exposure,
    exposure_of,
    exposure_of_parameter,
    is_password,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Parameter, Stack, Template
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

_ARN_OR_URL = re.compile(r"arn:|https?://[^@]*$")
_ARN_PATTERN = re.compile(r"\^?\(?arn:")
# Under this name, every value but a switch or the name of something is a secret.
_PASSWORD = "password"  # noqa: S105 - a name.
_REFERENCES = ("{{resolve:secretsmanager:", "{{resolve:ssm-secure:")


@claim("No secret is stored in plain text", "Systems Manager Parameter Store", "Constraint 5")
def secrets_not_in_clear(topology: Topology) -> Finding:
    """Check that secret parameters have NoEcho, and that passwords come from them or a secret.

    A NoEcho parameter may be used only in properties that AWS does not show.
    """
    problem, doubt, secrets = topology.stack.template.derived(_secret_parameters)
    if problem:
        return broken(problem)
    lines = [f"{name}: NoEcho, only in {', '.join(sorted(TAKERS))}" for name in secrets]
    for database in topology.databases:
        if is_secondary(topology, database):
            lines.append(f"{database.logical_id}: its users come with the data")
            continue
        word = database.properties.text("MasterUserPassword")
        managed = database.properties.flag("ManageMasterUserPassword")
        if _is_shown(topology.stack, database):
            return broken(
                f"the password of {database.logical_id} is in plain text in a secret", *lines
            )
        given = word and word in [topology.stack.parameters.get(name) for name in secrets]
        if source := source_elsewhere(topology.stack.template, word):
            doubt = doubt or f"the password of {database.logical_id} comes from {source}"
        elif not managed and not given and not word.startswith(_REFERENCES):
            return broken(f"the password of {database.logical_id} is in the template", *lines)
        lines.append(f"{database.logical_id}: from a parameter or a secret")
    if doubt:
        return unknown(doubt, *lines)
    if not lines:
        return absent("there is no secret")
    return kept("no password is in the template, its outputs or environment variables", *lines)


def _is_shown(stack: Stack, database: Database) -> bool:
    """Return whether the secret that holds the password has it in plain text in the template."""
    word, password = (
        database.properties.text("MasterUserPassword"),
        master_login(stack, database).password,
    )
    hidden = {
        stack.parameters.get(name) for name, it in stack.template.parameters.items() if it.no_echo
    }
    return (
        word.startswith(_REFERENCES)
        and password != word
        and "${" not in password
        and password not in hidden
    )


def _secret_parameters(template: Template) -> tuple[str, str, tuple[str, ...]]:
    """Return why a secret is readable, why one may be, or "", and the secret parameters."""
    secrets: list[str] = []
    doubt = ""
    for name, parameter in template.parameters.items():
        exposure = Exposure.HARMLESS if parameter.no_echo else _exposure_of(parameter)
        if exposure is Exposure.EXPOSED:
            return f"{name} is echoed: NoEcho is not set", "", ()
        if exposure:
            doubt = doubt or f"{name} is echoed: its name is that of a secret"
        if parameter.no_echo and parameter.default:
            return f"the default of {name} is in the template", "", ()
        if parameter.no_echo and any(exposure_of(_PASSWORD, it) for it in parameter.allowed_values):
            return f"the values allowed for {name} are in the template", "", ()
        secrets += [name] if parameter.no_echo else []
    leaks = [*leaks_of(template, secrets)]
    problem = next((leak.why for leak in leaks if leak.surely), "")
    return problem, next((leak.why for leak in leaks), doubt), tuple(secrets)


def _exposure_of(parameter: Parameter) -> Exposure:
    """Return whether the value of a parameter that is echoed is a secret, by its name and type."""
    named = exposure_of_parameter(parameter.name)
    # The name or ID of something.
    typed = parameter.type.startswith("AWS::") and not parameter.is_stored
    examples = parameter.allowed_values or ((parameter.default,) if parameter.default else ())
    if not named or typed or parameter.is_number:
        return Exposure.HARMLESS
    if parameter.is_stored or not examples:
        if _takes_arns(parameter):
            return Exposure.HARMLESS
        # A token or a secret may be the name of one.
        return Exposure.EXPOSED if is_password(parameter.name) else Exposure.DOUBTFUL
    if all(_ARN_OR_URL.match(it) for it in examples):
        return Exposure.HARMLESS
    return min(named, max(exposure_of(parameter.name, it) for it in examples))


def _takes_arns(parameter: Parameter) -> bool:
    return bool(_ARN_PATTERN.match(parameter.allowed_pattern))
