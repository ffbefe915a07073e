"""Write docs/claims.md anew from the files of the claims: python -m tests.evidence.catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates.evidence import ACCEPTED, all_claims

if TYPE_CHECKING:
    from payment_templates.evidence import Claim

PAGE = Path("docs/claims.md")
_HEAD = """\
# What the evidence claims

Each claim is one file in `payment_templates/evidence/claims/`; this page is written from them.
`python -m payment_templates evidence --explain CLAIM` shows one on a template, with its arithmetic.

A claim is checked for every combination of the conditions that parameters can switch, in the region
and in another one, and its worst verdict counts: **kept**; **conditional**, kept under a condition
that the template cannot guarantee; **broken**. Kept becomes conditional where a value that a
parameter takes breaks the promise, or a condition would that no known value turns. A broken promise
ends with exit code 1 unless the profile accepts it, as far as it is broken.

## The JSON report

`--json` writes one object. `version` is raised when a key changes its meaning or goes.

| key | what it is |
|---|---|
| `version` | 2 |
| `region`, `profile` | what was examined, and who accepts |
| `combinations` | how many combinations of conditions were examined |
| `counts` | promises by verdict: `kept`, `conditional`, `broken` |
| `claims[]` | `id`, `title`, `sources`, `verdict`, `why`, and `evidence`: lines to check by hand |
| `claims[].conditions` | the conditions that the finding depends on; empty when on none |
| `claims[].other_region` | the other region, when the promise is worse kept there, or null |
| `claims[].combinations` | in how many combinations it is found |
| `claims[].accepted` | how far, and why, the profile accepts the broken promise, or null |
| `faults[]` | `fault`, and `tiers`: `before`, `lost`, `remains` and why no other is `blocked` |
"""


def catalogue() -> str:
    """Write every claim with its sources and its check, and what each profile accepts."""
    claims = "\n".join(map(_row, all_claims()))
    head = "| claim | promise | sources | how it is checked |\n|---|---|---|---|"
    return f"{_HEAD}\n## Claims\n\n{head}\n{claims}\n\n## Accepted broken promises\n\n{_accepted()}"


def _row(claim: Claim) -> str:
    how = " ".join(claim.how.split())
    return f"| `{claim.id}` | {claim.title} | {'; '.join(claim.sources)} | {how} |"


def _accepted() -> str:
    reasons = {
        (claim_id, str(acceptance)): None
        for table in ACCEPTED.values()
        for claim_id, acceptance in table.items()
    }
    rows = [
        f"| `{claim_id}` | {', '.join(_profiles_with(claim_id, reason))} | {reason} |"
        for claim_id, reason in sorted(reasons)
    ]
    head = ["| claim | profiles | how far, and why |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _profiles_with(claim_id: str, reason: str) -> list[str]:
    return [profile for profile, table in ACCEPTED.items() if str(table.get(claim_id)) == reason]


if __name__ == "__main__":
    PAGE.write_text(catalogue(), encoding="utf-8")
