"""Generates docs/claims.md from the files of the claims: python -m tests.evidence.catalogue."""

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
# The promises

Each promise is one file in `payment_templates/evidence/claims/`; this page is generated from them.
`payment-stack evidence --explain PROMISE` shows one on a template, with its arithmetic.

A promise is checked for every combination of the conditions that decide what it reads, in the
region and in another one. If there are too many combinations, some are
[left out](evidence.md#other-templates). The worst verdict counts:

| verdict | when |
|---|---|
| not applicable | the template has no resource that the promise is about |
| kept | in every combination |
| conditional | only if something holds that the template cannot guarantee |
| unknown | the template does not decide it: it says why, and which parameter would |
| broken | in at least one combination |

A kept promise becomes conditional if a value that a parameter accepts breaks it, or if it
breaks under a condition that no examined value switches. If the template lacks what a promise of
`standard` or `production` is about, the promise is broken, not inapplicable. The profile `any` is
for other templates: it examines only what they have. Exit code 1: a promise is broken by more than
the profile accepts, or a promise of the profile cannot be decided.

## The JSON report

`--json` writes one object. `version` is incremented when a key changes its meaning or is removed.

| key | what it is |
|---|---|
| `version` | 3 |
| `region`, `profile` | the examined region, and the profile whose promises apply |
| `combinations` | how many combinations of conditions were examined |
| `counts` | promises by verdict: `kept`, `conditional`, `broken`, `unknown`, `not applicable` |
| `claims[]` | `id`, `title`, `sources`, `verdict`, `why`, and `evidence`: lines to check by hand |
| `claims[].conditions` | the conditions that the finding depends on; empty if there are none |
| `claims[].other_region` | the other region, if the verdict is worse there, or null |
| `claims[].combinations` | the number of combinations with this finding |
| `claims[].accepted` | how much of the broken promise the profile accepts, and why, or null |
| `claims[].limit_of_aws` | the best that AWS allows, for a broken promise, or null |
| `claims[].decided_by` | the parameter that would decide an unknown verdict, or null |
| `not_promised` | the promises that the profile does not make, each with the reason |
| `faults_unknown` | why the effects of faults are not known, or null |
| `faults[]` | `fault`, `tiers`: `before`, `lost`, `remains`; `blocked`: why not replaced |
| `recoveries[]` | `disruption` (its kind), `fault`, `rto`, `rpo`, `capacity` and `chains` |
| `recoveries[].condition` | when the row applies, in addition to default parameters, or null |
| `recoveries[].rto` | `best`, `typical`, `worst`, `stated`; null if unknown |
| `recoveries[].rto.best` | `seconds` and `bounded`, as `typical` and `worst` |
| `recoveries[].rto_unknown` | why there is no `rto`, or null |
| `recoveries[].rpo` | `seconds` of writes lost, null for all or unknown; `why`, `source` |
| `recoveries[].capacity` | percent of the load at the scaling target: `during`, `after`, `why` |
| `recoveries[].chains[]` | `until`: what then works; `time`; if it `counts` for `rto`; `steps` |
| `recoveries[].chains[].steps[]` | `step`, `time`, `how` (the arithmetic), `source` |

A time that is not `bounded` is at least `seconds`: AWS or the template states no upper limit.
Where `stated` is false, a step has no stated time even at best, such as one of an operator:
`seconds` are those of the other steps alone, and no estimate. The chains say whether this is true
of requests or only of writes.
"""


def catalogue() -> str:
    """Return the page: every promise with its sources and check, and what each profile accepts."""
    claims = "\n".join(map(_row, all_claims()))
    head = "| name | promise | sources | how it is checked |\n|---|---|---|---|"
    sections = {
        "Promises": f"{head}\n{claims}\n",
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
    head = ["| promise | profiles | how far, and why |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _limits() -> str:
    rows = [f"| `{claim_id}` | {limit} |" for claim_id, limit in LIMITS.items()]
    return "\n".join(["| promise | the best that AWS allows |", "|---|---|", *rows]) + "\n"


def _not_promised() -> str:
    rows = [
        f"| {promises.name} | {', '.join(f'`{name}`' for name in names)} | {reason} |"
        for promises in PROMISES.values()
        for reason, names in _by_reason(promises.not_promised).items()
    ]
    return "\n".join(["| profile | promises | why |", "|---|---|---|", *rows]) + "\n"


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
