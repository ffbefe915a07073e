"""What a linter found in a template, if it was asked: the findings are given from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template

_KEY = ("lint findings",)


@dataclass(frozen=True, kw_only=True)
class LintFinding:
    """One finding of a linter."""

    # The ID of its rule: E3003.
    rule: str
    # Where it is: Resources.Service.Properties.Cpu.
    place: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether AWS would refuse it: warnings and hints begin with other letters."""
        return self.rule.startswith("E")

    def __str__(self) -> str:
        return f"{self.rule} {self.place}: {self.message}" if self.place else self.message


def add_lint_findings(template: Template, findings: tuple[LintFinding, ...]) -> None:
    """Add what a linter found, before the template is examined."""
    template.memo[_KEY] = findings


def lint_findings(template: Template) -> tuple[LintFinding, ...] | None:
    """Return what a linter found; None when none was asked."""
    return cast("tuple[LintFinding, ...] | None", template.memo.get(_KEY))
