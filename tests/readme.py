"""Writes the generated parts of the documentation from the template: python -m tests.readme."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates import PROFILES, build_template, render
from payment_templates.cloudformation import parse_template
from payment_templates.evidence import topology_of
from payment_templates.evidence.recovery.disruptions import recoveries_of
from payment_templates.evidence.recovery.recovery import REGION, ZONE, Recovery
from payment_templates.facts.resource_defaults import RESOURCE_DEFAULTS, ResourceDefault
from payment_templates.report.picture.mermaid import to_mermaid
from payment_templates.report.picture.reading import read_picture
from payment_templates.report.picture.svg import draw
from payment_templates.rollout.cause.known import KNOWN_CAUSES
from payment_templates.rollout.verification.measurable import measurable_assumptions
from tests.rehearsal.restore_commands import (
    ADD_INSTANCE,
    FIND_BACKUPS,
    FIND_SNAPSHOT,
    RESTORE_SNAPSHOT,
    RESTORE_TO_TIME,
    SET_LOGIN,
)
from tests.view import Json, View

if TYPE_CHECKING:
    from payment_templates.evidence import Topology

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
SCREENS = DOCS / "screens"
DIAGRAM = DOCS / "stack.svg"
# With a domain name, so that the picture shows the failover.
_DIAGRAM_PARAMETERS = {
    "EnvironmentSuffix": "dev-001",
    "AlertEmail": "on-call@example.com",
    "DomainName": "pay.example.com",
    "HostedZoneId": "Z0EXAMPLE",
}
_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/example"
_SETTERS = {"handler": "CloudFormation's handler", "API": "API", "CloudFormation": "CloudFormation"}
# The page shows only the commands, the steps and the table of a rehearsal.
_SHOWN = re.compile(r"\$ | *\d+\.\d s  |[┏┃┡│└]")


def generated_parts() -> dict[Path, dict[str, str]]:
    """Return the generated parts of each page by their markers."""
    standard = View.of(build_template(PROFILES["standard"]))
    production = View.of(build_template(PROFILES["production"]))
    shared = standard.document["Parameters"]
    more = {
        name: parameter
        for name, parameter in production.document["Parameters"].items()
        if name not in shared
    }
    return {
        README: {"recovery": _recovery()},
        DOCS / "parameters.md": {
            "parameters": _parameters(shared),
            "production_parameters": _parameters(more),
            "outputs": _outputs(standard),
        },
        DOCS / "rehearsing.md": {
            "rehearsal": _fenced(_shortened((SCREENS / "rehearsal.txt").read_text()))
        },
        DOCS / "aws-behaviour.md": {"defaults": _defaults()},
        DOCS / "verifying.md": {"measurable": _measurable()},
        DOCS / "reports.md": {"mermaid": _mermaid()},
        DOCS / "deploying.md": {
            "restore_snapshot": _shell(FIND_SNAPSHOT, RESTORE_SNAPSHOT, ADD_INSTANCE, SET_LOGIN),
            "restore_backup": _shell(FIND_BACKUPS, RESTORE_TO_TIME),
        },
        DOCS / "failures.md": {
            **{
                screen: _fenced((SCREENS / f"{screen}.txt").read_text())
                for screen in ("broken_image", "taken_role_name", "bad_property")
            },
            "known_causes": _known_causes(),
        },
    }


def diagram() -> str:
    """Draw the standard template in its two regions."""
    return draw(read_picture(_topologies()))


def _mermaid() -> str:
    return f"```mermaid\n{to_mermaid(read_picture(_topologies()))}```\n"


def _topologies() -> list[Topology]:
    text = render(build_template(PROFILES["standard"]))
    topology = topology_of(parse_template(text), region="us-east-1", parameters=_DIAGRAM_PARAMETERS)
    return [one for one in (topology, topology.counterpart) if one]


def rewritten(text: str, parts: dict[str, str]) -> str:
    """Replace the text between the markers of a page."""
    for name, part in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{part}{end}{after}"
    return text


def _recovery() -> str:
    """Show how long a zone failure and a region failure last, and what they lose."""
    rows = [
        "| failure | profile | requests succeed again after | writes succeed again after | lost |",
        "|---|---|---|---|---|",
    ]
    found = {profile: _recoveries(profile) for profile in PROFILES}
    for kind, words in ((ZONE, "a zone, with the writer"), (REGION, "a region")):
        for profile, recoveries in found.items():
            row = next(recovery for recovery in recoveries if recovery.kind == kind)
            rows.append(
                f"| {words} | {profile} | {_requests(row)} | {_writes(row)} | {_lost(row)} |"
            )
    return "\n".join(rows) + "\n"


def _recoveries(profile: str) -> tuple[Recovery, ...]:
    """Return the recoveries of a profile with a domain name."""
    template = parse_template(render(build_template(PROFILES[profile])))
    given = {**_DIAGRAM_PARAMETERS, "CertificateArn": _CERTIFICATE}
    return recoveries_of((topology_of(template, region="us-east-1", parameters=given),))


def _requests(row: Recovery) -> str:
    chains = [chain for chain in row.chains if chain.what.startswith("requests") and chain.counts]
    tasks, *others = (str(chain.span.worst) for chain in chains)
    return "; ".join((tasks, *(f"{it} for clients of the failed zone's address" for it in others)))


def _writes(row: Recovery) -> str:
    chains = [chain for chain in row.chains if chain.what == "writes"]
    if not chains:
        return "the same, in another database"
    span = chains[0].span
    if not span.typical.seconds:
        return "an operator starts the failover, and a few minutes"
    return f"{span.typical}, typically"


def _lost(row: Recovery) -> str:
    if row.loss is None or row.loss.seconds is None:
        if row.loss is None or not row.loss.why.startswith("unbounded"):
            return "all payments"
        bound = row.loss.why.partition(":")[0].removeprefix("unbounded").removeprefix(", or ")
        return "; ".join(["payments of about a second, typically", *filter(None, [bound])])
    return f"at most {row.loss.seconds:g} s of payments" if row.loss.seconds else "nothing"


def _shortened(screen: str) -> str:
    return "".join(line for line in screen.splitlines(keepends=True) if _SHOWN.match(line))


def _fenced(screen: str) -> str:
    return f"```\n{screen}```\n"


def _measurable() -> str:
    rows = [
        f"| {one.assumption} | {one.value} | `{one.command}` |" for one in measurable_assumptions()
    ]
    return "\n".join(["| evidence assumes | value | measured by |", "|---|---|---|", *rows])


def _shell(*commands: str) -> str:
    lines = (" \\\n".join(command.strip().splitlines()) for command in commands)
    return "```bash\n" + "\n".join(lines) + "\n```\n"


def _parameters(parameters: Json) -> str:
    rows = ["| parameter | default | what it is | accepted values |", "|---|---|---|---|"]
    for name, parameter in parameters.items():
        default = f"`{parameter['Default']}`" if parameter.get("Default") else _absent(parameter)
        accepted = parameter.get("ConstraintDescription") or " or ".join(parameter["AllowedValues"])
        rows.append(f"| `{name}` | {default} | {parameter['Description']} | {accepted} |")
    return "\n".join(rows) + "\n"


def _absent(parameter: dict[str, object]) -> str:
    return "empty" if "Default" in parameter else "**required**"


def _defaults() -> str:
    rows = ["| type | property | default | set by | source |", "|---|---|---|---|---|"]
    rows += [
        f"| `{line.resource_type}` | `{line.property}` | `{line.value}`{_where(line)} | "
        f"{_SETTERS[line.set_by]} | {line.source} |"
        for line in RESOURCE_DEFAULTS
    ]
    return "\n".join(rows) + "\n"


def _known_causes() -> str:
    rows = ["| what is wrong | as AWS says it | hint | source |", "|---|---|---|---|"]
    rows += [
        f"| {known.cause} | {'<br>'.join(f'`{text}`' for text in known.texts)} | {known.hint} | "
        f"{known.source} |"
        for known in KNOWN_CAUSES
    ]
    return "\n".join(rows) + "\n"


def _where(line: ResourceDefault) -> str:
    conditions = [f"`{name}` is {' or '.join(values)}" for name, values in line.where.items()]
    return f" where {' and '.join(conditions)}" if conditions else ""


def _outputs(template: View) -> str:
    rows = ["| output | what it is |", "|---|---|"]
    for name, output in template.document["Outputs"].items():
        condition = f", if `{output['Condition']}`" if "Condition" in output else ""
        rows.append(f"| `{name}` | {output['Description']}{condition} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    DIAGRAM.write_text(diagram())
    for page, generated in generated_parts().items():
        page.write_text(rewritten(page.read_text(), generated))
