"""Writes the generated parts of the documentation from the template: python -m tests.readme."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates import PROFILES, build_template, render
from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine, regional_topologies, topology_of
from payment_templates.evidence.recovery.disruptions import recoveries_of
from payment_templates.evidence.recovery.recovery import REGION, ZONE, Recovery
from payment_templates.evidence.text_output import ACCEPTED, LIMIT_OF_AWS, label, reason
from payment_templates.facts.resource_defaults import RESOURCE_DEFAULTS, ResourceDefault
from payment_templates.report.compliance import Status, assess
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.bill_lines import total
from payment_templates.report.cost.usage import Usage
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
    from payment_templates.cloudformation import Template
    from payment_templates.evidence import Examination, Topology

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
SCREENS = DOCS / "screens"
DIAGRAM = DOCS / "stack.svg"
_PARAMETERS = {"EnvironmentSuffix": "dev-001", "AlertEmail": "on-call@example.com"}
# With a domain name, so that the picture shows the failover.
_DIAGRAM_PARAMETERS = {
    **_PARAMETERS,
    "DomainName": "pay.example.com",
    "HostedZoneId": "Z0EXAMPLE",
}
# Broken promises that show what evidence says: two that we accept and two limits of AWS.
_SHOWN_PROMISES = (
    "alarms-within-sixty-seconds",
    "tasks-replaced-after-zone-loss",
    "load-carried-after-zone-loss",
    "availability-of-one-region",
)
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
        README: {"status": _status(), "recovery": _recovery(), "evidence": _evidence()},
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


@cache
def _template(profile: str) -> Template:
    return parse_template(render(build_template(PROFILES[profile])))


@cache
def _examination(profile: str) -> Examination:
    return examine(_template(profile), profile=profile)


def _status() -> str:
    """Show for each profile what decides about it: cost, promises and requirements."""
    columns = [(_cost(profile), _promises(profile), _requirements(profile)) for profile in PROFILES]
    titles = (
        "USD per month for two regions, at 10 requests per second",
        "promises",
        "requirements of PCI DSS, the template's part",
    )
    rows = [f"| | {' | '.join(PROFILES)} |", f"|---|{'---|' * len(PROFILES)}"]
    rows += [
        f"| {title} | {' | '.join(cells)} |" for title, *cells in zip(titles, *columns, strict=True)
    ]
    return "\n".join(rows) + "\n"


def _cost(profile: str) -> str:
    topologies = regional_topologies(
        _template(profile), regions=("us-east-1", "us-west-2"), parameters={}
    )
    sum_ = total([line for bill in bills_of(topologies, Usage()) for line in bill.lines])
    least, most = (f"{usd:,.0f}" for usd in (sum_.usd, sum_.most_usd))
    shown = least if least == most else f"{least} to {most}, as tasks scale"
    return shown if sum_.exact else f"at least {shown}"


def _promises(profile: str) -> str:
    found = _examination(profile)
    labels = [label(result) for result in found.results]
    broken = [
        f"{count} {what}"
        for count, what in (
            (labels.count(ACCEPTED), "accepted"),
            (labels.count(LIMIT_OF_AWS), "limits of AWS"),
        )
        if count
    ]
    return (
        f"{found.counts[Verdict.KEPT]} kept, {found.counts[Verdict.CONDITIONAL]} conditional, "
        f"{found.counts[Verdict.BROKEN]} broken ({', '.join(broken)})"
    )


def _requirements(profile: str) -> str:
    counts = assess(_template(profile), profile=profile).counts
    return ", ".join(
        f"{counts.get(status, 0)} {status}"
        for status in (Status.MET, Status.CONDITIONAL, Status.NOT_MET)
    )


def _evidence() -> str:
    """Show some broken promises of the standard profile, and how many there are."""
    found = {result.claim.id: result for result in _examination("standard").results}
    lines = [
        f"{label(found[name])}  {found[name].claim.title}: {reason(found[name])}\n"
        for name in _SHOWN_PROMISES
    ]
    count = _examination("standard").counts[Verdict.BROKEN]
    text = f"{len(lines)} of the {count} broken promises of the standard profile"
    return f"{text}, as `make evidence` reports them:\n\n{_fenced(''.join(lines))}"


def _recovery() -> str:
    """Show how long a zone failure and a region failure last, and what they lose."""
    rows = [
        "| failure | profile | requests succeed again after | writes succeed again after | lost |",
        "|---|---|---|---|---|",
    ]
    for kind, words in ((ZONE, "a zone, with the writer"), (REGION, "a region")):
        for profile in PROFILES:
            row = _recovery_of(profile, kind, _DIAGRAM_PARAMETERS)
            cells = (_requests(row) + _needs(profile, kind), _writes(row), _lost(row))
            rows.append(f"| {words} | {profile} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _recovery_of(profile: str, kind: str, parameters: dict[str, str]) -> Recovery:
    given = {**parameters, "CertificateArn": _CERTIFICATE}
    topology = topology_of(_template(profile), region="us-east-1", parameters=given)
    return next(one for one in recoveries_of((topology,)) if one.kind == kind)


def _needs(profile: str, kind: str) -> str:
    """Say what the figure needs that the least parameters of a deployment do not have."""
    least, most = (
        _recovery_of(profile, kind, parameters).span
        for parameters in (_PARAMETERS, _DIAGRAM_PARAMETERS)
    )
    if not most or not most.worst.bounded or (least and least.worst.bounded):
        return ""
    return ", with `HostedZoneId` and `DomainName` in both regions; without, an operator must act"


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
        return "a few minutes after an operator starts the failover"
    return f"{span.typical}, typically"


def _lost(row: Recovery) -> str:
    if row.loss is None or row.loss.seconds is None:
        if row.loss is None or not row.loss.why.startswith("unbounded"):
            return "all payments of this region, until it is back"
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
