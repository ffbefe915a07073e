"""Stores the findings of a linter with a template; the caller runs the linter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template

_KEY = ("lint findings",)


@dataclass(frozen=True, kw_only=True)
class LintFinding:
    """A finding of a linter."""

    # The rule ID, such as E3003.
    rule: str
    # The place in the template, such as Resources.Service.Properties.Cpu.
    place: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether it is an error; the rule IDs of warnings and hints begin with W and I."""
        return self.rule.startswith("E")

    def __str__(self) -> str:
        return f"{self.rule} {self.place}: {self.message}" if self.place else self.message


def add_lint_findings(template: Template, findings: tuple[LintFinding, ...]) -> None:
    """Store a linter's findings; call this before examining the template."""
    template.memo[_KEY] = findings


def lint_findings(template: Template) -> tuple[LintFinding, ...] | None:
    """Return a linter's findings; None if no linter was run."""
    return cast("tuple[LintFinding, ...] | None", template.memo.get(_KEY))
