"""Write docs/claims.md anew from the files of the claims: python -m tests.evidence.catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates.evidence import PROMISES, all_claims
from payment_templates.evidence.promises import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence import Claim

PAGE = Path("docs/claims.md")
_HEAD = """\
# What the evidence claims

Each claim is one file in `payment_templates/evidence/claims/`; this page is written from them.
`python -m payment_templates evidence --explain CLAIM` shows one on a template, with its arithmetic.

A claim is checked for every combination of the conditions that parameters can switch, in the region
and in another one, and its worst verdict counts:

| verdict | when |
|---|---|
| not applicable | the template has nothing that the promise is about |
| kept | in every combination |
| conditional | only under a condition that the template cannot guarantee |
| unknown | the template does not decide it: it says why, and which parameter would |
| broken | in at least one combination |

Kept becomes conditional where a value that a parameter takes breaks the promise, or a condition
would that no known value turns. What `standard` or `production` promises has to be there: it is
broken, not inapplicable, where the template lacks it. `any` examines what is there, for a template
of someone else. Exit code 1: a promise is broken that the profile does not accept, as far as it is
broken, or a promise of the profile cannot be decided.

## The JSON report

`--json` writes one object. `version` is raised when a key changes its meaning or goes.

| key | what it is |
|---|---|
| `version` | 3 |
| `region`, `profile` | what was examined, and who accepts |
| `combinations` | how many combinations of conditions were examined |
| `counts` | promises by verdict: `kept`, `conditional`, `broken`, `unknown`, `not applicable` |
| `claims[]` | `id`, `title`, `sources`, `verdict`, `why`, and `evidence`: lines to check by hand |
| `claims[].conditions` | the conditions that the finding depends on; empty when on none |
| `claims[].other_region` | the other region, when the promise is worse kept there, or null |
| `claims[].combinations` | in how many combinations it is found |
| `claims[].accepted` | how far, and why, the profile accepts the broken promise, or null |
| `claims[].limit_of_aws` | the best that AWS allows, for a broken promise, or null |
| `claims[].decided_by` | the parameter that would decide an unknown verdict, or null |
| `not_promised` | the claims that the profile does not promise, each with the reason |
| `faults_unknown` | why the effects of faults are not known, or null |
| `faults[]` | `fault`, and `tiers`: `before`, `lost`, `remains` and why no other is `blocked` |
| `recoveries[]` | `disruption` (its kind), `fault`, `rto`, `rpo`, `capacity` and `chains` |
| `recoveries[].condition` | when the row holds, beside the parameters' defaults, or null |
| `recoveries[].rto` | `best`, `typical`, `worst`, each `seconds` and `bounded`; null if unknown |
| `recoveries[].rto_unknown` | why there is no `rto`, or null |
| `recoveries[].rpo` | `seconds` of writes lost, null for all or unknown; `why`, `source` |
| `recoveries[].capacity` | percent of the load that scaling aims at: `during`, `after`, `why` |
| `recoveries[].chains[]` | what works `until`, its `time`, if it `counts` for the `rto`, `steps` |
| `recoveries[].chains[].steps[]` | `step`, `time`, `how` (the arithmetic), `source` |

A time that is not `bounded` is `seconds` and more: AWS, or the template, states no bound.
"""


def catalogue() -> str:
    """Write every claim with its sources and its check, and what each profile accepts."""
    claims = "\n".join(map(_row, all_claims()))
    head = "| claim | promise | sources | how it is checked |\n|---|---|---|---|"
    sections = {
        "Claims": f"{head}\n{claims}\n",
        "Accepted broken promises": _accepted(),
        "Limits of AWS": _limits(),
        "What a profile does not promise": _not_promised(),
    }
    return _HEAD + "".join(f"\n## {title}\n\n{text}" for title, text in sections.items())


def _row(claim: Claim) -> str:
    how = " ".join(claim.how.split())
    return f"| `{claim.id}` | {claim.title} | {'; '.join(claim.sources)} | {how} |"


def _accepted() -> str:
    reasons = {
        (claim_id, str(acceptance)): None
        for promises in PROMISES.values()
        for claim_id, acceptance in promises.accepted.items()
    }
    rows = [
        f"| `{claim_id}` | {', '.join(_profiles_with(claim_id, reason))} | {reason} |"
        for claim_id, reason in sorted(reasons)
    ]
    head = ["| claim | profiles | how far, and why |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _limits() -> str:
    rows = [f"| `{claim_id}` | {limit} |" for claim_id, limit in LIMITS.items()]
    return "\n".join(["| claim | the best that AWS allows |", "|---|---|", *rows]) + "\n"


def _not_promised() -> str:
    rows = [
        f"| {promises.name} | {', '.join(f'`{name}`' for name in names)} | {reason} |"
        for promises in PROMISES.values()
        for reason, names in _by_reason(promises.not_promised).items()
    ]
    return "\n".join(["| profile | claims | why |", "|---|---|---|", *rows]) + "\n"


def _by_reason(table: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, reason in table.items():
        found.setdefault(reason, []).append(name)
    return found


def _profiles_with(claim_id: str, reason: str) -> list[str]:
    return [
        promises.name
        for promises in PROMISES.values()
        if str(promises.accepted.get(claim_id)) == reason
    ]


if __name__ == "__main__":
    PAGE.write_text(catalogue(), encoding="utf-8")
