"""Adds to ECR the list of pull through cache rules, of which an account has none."""

from payment_templates.rehearsal.services import add_operations


def install() -> None:
    """Serve DescribePullThroughCacheRules."""
    add_operations("ecr", {"DescribePullThroughCacheRules": _describe})


def _describe(_request: dict[str, object]) -> dict[str, object]:
    return {"pullThroughCacheRules": []}
