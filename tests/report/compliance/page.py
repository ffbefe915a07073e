"""Generates docs/pci-dss.md from both profiles: python -m tests.report.compliance.page."""

# ruff: noqa: E501 - Markdown tables do not wrap.

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates.cloudformation import parse_template
from payment_templates.report.compliance import Status, assess
from payment_templates.report.compliance.matrix import MATRIX
from tests.evidence.templates import production_document, real_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_templates.report.compliance import Assessment
    from payment_templates.report.compliance.assessment import Answer, Assessed
    from tests.evidence.changes import Json

PAGE = Path("docs/pci-dss.md")
_DOCUMENTS: dict[str, Callable[[], Json]] = {
    "standard": real_document,
    "production": production_document,
}
_HEAD = """\
# PCI DSS v4.0.1

For each requirement that touches infrastructure: what in the template answers it, what checks that,
the verdict for each profile, and what remains for the customer and for AWS. This page is generated;
`payment-stack compliance TEMPLATE` (or `make compliance`) does the same for any template. It exits
with 1 while a requirement is not met, as for both profiles; `make` then ends with `Error 1`.
"""
_ABOUT = """\
## The command

| option | output |
|---|---|
| none | a table for the terminal; lines with tabs for other programs; the last line names the template |
| `--json` | everything, with the evidence of each check |
| `--csv` | one line for each requirement, for a spreadsheet, with the evidence and the template |
| `--oscal` | an OSCAL 1.2.1 component definition, for compliance tools |

The requirements are summarized in our words: read [the standard][standard] itself. A verdict is on
the template's part of a requirement only. It replaces no assessor, and a deployed stack can differ
from its template: see `payment-stack drift` and [`payment-stack verify`](verifying.md).

| verdict | when | for an assessor |
|---|---|---|
| met | every check of the requirement passes, for every value that conditions can have | evidence for *In Place*, but of the template's part only: see the last column for the rest |
| conditional | only if something holds that the template does not guarantee | look for evidence of the condition |
| unknown | the template does not decide it: it says why | look at the deployed stack |
| not met | at least one check fails | *Not in Place*, unless something outside the template meets it |
| customer's | no template can meet it | a responsibility of the customer |
| AWS's | no template can meet it | inherited from AWS |
| not applicable | the template has no resource that the requirement is about | confirm the scope |

**"Met" is not the whole requirement where the last column names the customer.** So 3.5.1 is met by the
encryption of the storage, and yet 3.5.1.2 asks for card numbers that are unreadable in the application. 10.4.2 is
met by logs that can be reviewed: an operator must review them.

## As evidence for an assessment

| question | answer |
|---|---|
| Which standard? | PCI DSS v4.0.1: requirements that infrastructure can answer, with the standard's numbers. A requirement that is not listed, such as 12.1, is the customer's |
| Which template? | every output names the file and its SHA-256, the region, the profile and the given parameters. `sha256sum FILE` prints the same. Secrets are not shown |
| Which resource and property? | `resources` of `--json`, the column *Resources* of `--csv`, and the tables below |
| What was checked, and how? | the column *checked by*: a promise is described in [claims.md](claims.md), a check [below](#checks-made-here); `--json` and `--csv` have what each one found |
| When? | no output has the time of its creation, so that the same template gives the same output; `--oscal` has that of the template file |
| Can I reproduce it? | check out the revision, run the same command, and compare: the output is the same, byte for byte (with `--oscal`, pass its `--last-modified`) |
| Is it deployed? | `payment-stack deploy --dry-run --exit-code` with this template and its parameters finds no change, and `payment-stack drift` no difference |
| Where is AWS's evidence? | AWS's Attestation of Compliance and Responsibility Summary for PCI DSS are in [AWS Artifact][artifact] |

| exit code | when |
|---|---|
| 0 | every requirement is met, conditional, not applicable, or the part of the customer or AWS |
| 1 | one is not met, or one is unknown for a template of `standard` or `production` |
| 2 | the template or an option cannot be used |

The rules of AWS that are mapped to each requirement come from the [conformance pack][pack] of AWS
Config, from AWS Config's further managed rules, and from [Security Hub's standard][hub] for PCI
DSS v4.0.1. Only rules for types of resources in the template are listed. They run in the account.

[standard]: https://www.pcisecuritystandards.org/document_library/?document=pci_dss
[artifact]: https://aws.amazon.com/compliance/pci-dss-level-1-faqs/
[pack]: https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-pci-dss-v4-including-global-resource-types.html
[hub]: https://docs.aws.amazon.com/securityhub/latest/userguide/pci-standard.html
"""
_JSON = """
## The JSON report

`version` is incremented when a key changes its meaning or is removed.

| key | what it is |
|---|---|
| `version`, `standard` | 1, and `PCI DSS v4.0.1` |
| `template` | the `file` and its `sha256` |
| `parameters`, `region`, `profile` | what the template was assessed for; secrets are not shown |
| `fails` | whether the exit code is 1 |
| `counts` | the number of requirements by verdict |
| `requirements[]` | `number`, `summary`, `verdict`, `why` |
| `requirements[].resources[]` | `logical_id`, `type`, and the `properties` that matter |
| `requirements[].checks[]` | `id`, `kind`, `title`, `verdict`, `why`, `evidence` |
| `requirements[].checks[].kind` | `claim`: a promise of [the evidence](claims.md); `check`: made here |
| `requirements[].config_rules`, `security_hub_controls` | the rules of AWS for it |
| `requirements[].customer`, `aws` | what remains for them, or null |

## The OSCAL document

Tools take a requirement in a component definition as implemented. So it lists those that are met,
with the status `partial` if they are conditional or the customer must do a part too; the description
names the others. The metadata has the name and the SHA-256 of the template, and the given parameters; its version is
the SHA-256 of the content, without spaces and line breaks. UUIDs are derived from the content. `last-modified` is the time of the template file, or that of
`--last-modified`.
"""


def page() -> str:
    """Return the page, with the verdicts of both profiles for their default parameters."""
    found = {
        name: assess(parse_template(json.dumps(document()), name=name), profile=name)
        for name, document in _DOCUMENTS.items()
    }
    lines = [*_counts(found), *_unmet(found), _ABOUT, *_sections(found)]
    lines += [*_details(found), *_resources(found), *_checks()]
    return "\n".join([_HEAD, *lines]) + _JSON


def _counts(found: dict[str, Assessment]) -> Iterator[str]:
    yield f"| verdict | {' | '.join(found)} |"
    yield f"|---|{'---|' * len(found)}"
    for status in Status:
        counts = [assessment.counts.get(status, 0) for assessment in found.values()]
        if any(counts):
            yield f"| {status} | {' | '.join(map(str, counts))} |"
    yield ""


def _unmet(found: dict[str, Assessment]) -> Iterator[str]:
    """Yield what an assessor asks for first."""
    for profile, assessment in found.items():
        yield f"## What {profile} does not meet"
        yield ""
        yield "| number | requirement | why |"
        yield "|---|---|---|"
        for it in assessment.requirements:
            if it.status is Status.NOT_MET:
                yield f"| {it.row.number} | {it.summary} | {it.why} |"
        yield ""


def _sections(found: dict[str, Assessment]) -> Iterator[str]:
    rows = zip(*(assessment.requirements for assessment in found.values()), strict=True)
    for chapter, group in groupby(rows, key=lambda row: row[0].row.number.split(".")[0]):
        yield f"## Requirement {chapter}"
        yield ""
        yield f"| number | requirement | {' | '.join(found)} | customer and AWS |"
        yield f"|---|---|{'---|' * len(found)}---|"
        yield from map(_row, group)
        yield ""


def _row(profiles: tuple[Assessed, ...]) -> str:
    it = profiles[-1]
    has_details = bool(it.answers or it.parts or it.config_rules or it.controls)
    number = f"[{it.row.number}](#{_anchor(it)})" if has_details else it.row.number
    cells = (number, it.summary, *map(_verdict, profiles), "<br>".join(_others(it)))
    return f"| {' | '.join(cells)} |"


def _details(found: dict[str, Assessment]) -> Iterator[str]:
    yield "## What answers and checks each requirement"
    yield ""
    yield "| number | answered by | checked by |"
    yield "|---|---|---|"
    # The last profile has the most resources.
    for it in [*found.values()][-1].requirements:
        answers, checks = "<br>".join(map(_link, it.answers)), "<br>".join(_judges(it))
        if answers or checks:
            yield f'| <a id="{_anchor(it)}"></a>{it.row.number} | {answers} | {checks} |'
    yield ""


def _anchor(it: Assessed) -> str:
    return f"requirement-{it.row.number.replace('.', '-')}"


def _link(answer: Answer) -> str:
    properties = ", ".join(f"`{name}`" for name in answer.properties)
    link = f"[{answer.logical_id}](#{answer.logical_id.lower()})"
    return f"{link}: {properties}" if properties else link


def _judges(it: Assessed) -> Iterator[str]:
    for part in it.parts:
        kind = "promise" if part.check.of_evidence else "check"
        yield f"{kind} `{part.check.claim.id}`"
    if it.config_rules:
        yield f"AWS Config: {', '.join(it.config_rules)}"
    if it.controls:
        yield f"Security Hub: {', '.join(it.controls)}"


def _verdict(it: Assessed) -> str:
    # What is met or another's part needs no reason beside the checks.
    if it.status in {Status.CONDITIONAL, Status.UNKNOWN, Status.NOT_MET}:
        return f"**{it.status}**: {it.why}"
    return str(it.status)


def _others(it: Assessed) -> Iterator[str]:
    if it.row.customer:
        yield f"customer: {it.row.customer}"
    if it.row.aws:
        yield f"AWS: {it.row.aws}"


def _resources(found: dict[str, Assessment]) -> Iterator[str]:
    assessment = [*found.values()][-1]
    types: dict[str, str] = {}
    numbers: dict[str, list[str]] = {}
    for it in assessment.requirements:
        for answer in it.answers:
            types[answer.logical_id] = answer.type
            numbers.setdefault(answer.logical_id, []).append(it.row.number)
    yield "## Resources"
    yield ""
    yield "| logical ID | type | requirements |"
    yield "|---|---|---|"
    for name in sorted(numbers):
        anchor = f'<a id="{name.lower()}"></a>'
        yield f"| {anchor}{name} | `{types[name]}` | {', '.join(numbers[name])} |"
    yield ""


def _checks() -> Iterator[str]:
    yield "## Checks made here"
    yield ""
    yield "The promises are in [claims.md](claims.md)."
    yield ""
    yield "| check | passes if | how |"
    yield "|---|---|---|"
    checks = dict.fromkeys(check for row in MATRIX for check in row.checks)
    for check in sorted(checks, key=lambda each: each.claim.id):
        if not check.of_evidence:
            how = " ".join(check.claim.how.split())
            yield f"| `{check.claim.id}` | {check.claim.title} | {how} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
