"""Breaking the real template is noticed, each way by the claim that promised it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed
from tests.evidence.mutations import MUTATIONS
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.mutations.mutation import Mutation


@cache
def verdict_before(claim_id: str) -> Verdict:
    return verdict_of(claim_id, real_document())


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.title)
def test_claim_notices(mutation: Mutation) -> None:
    document = changed(real_document(), *mutation.changes)

    assert verdict_before(mutation.claim) is not Verdict.BROKEN
    assert verdict_of(mutation.claim, document) is Verdict.BROKEN


def test_titles_of_mutations_are_unique() -> None:
    titles = [mutation.title for mutation in MUTATIONS]

    assert len(set(titles)) == len(titles) >= 30
